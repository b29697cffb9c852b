import { FacetError } from '../errors/facet-error.ts'
import type { UserRecord } from '../store/access-port.ts'
import type { Accounts } from './accounts.ts'

export interface UserPage {
  readonly users: readonly UserRecord[]
  readonly next_cursor?: string
}

/** One page of users by id; a cursor is the last id of the page before. */
export function listUsers(
  accounts: Accounts,
  { q, limit, cursor }: { q?: string | undefined; limit: number; cursor?: string | undefined },
): UserPage {
  const after = cursor === undefined ? undefined : idOf(cursor)
  const words = q?.toLowerCase()
  const found = accounts.users().filter(({ id, name }) => {
    if (after !== undefined && id <= after) return false
    return words === undefined || `${id}\n${name}`.toLowerCase().includes(words)
  })
  const users = found.slice(0, limit)
  if (found.length <= limit) return { users }
  return { users, next_cursor: Buffer.from(users.at(-1)!.id).toString('base64url') }
}

/** @throws {FacetError} `invalid_cursor` */
function idOf(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (id !== '' && Buffer.from(id).toString('base64url') === cursor) return id
  throw new FacetError('invalid_cursor', 'Start again without a cursor.')
}
