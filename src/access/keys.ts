import { ulid } from 'ulid'
import { FacetError } from '../errors/facet-error.ts'
import type { KeyRecord, UserRecord } from '../store/access-port.ts'
import type { Accounts } from './accounts.ts'
import { newApiKey } from './api-key.ts'
import { checked, keyInput } from './user-input.ts'
import { userOf } from './users.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** A key that was just made: the only time it can be shown. */
export interface NewKey {
  readonly record: KeyRecord
  readonly key: string
}

/** Gives a user one more key. @throws {FacetError} `not_found`, `invalid_request` */
export function createKey(accounts: Accounts, userId: string, body: unknown): Promise<NewKey> {
  const input = checked(keyInput, body ?? {}, 'key')
  return accounts.alone(async () => {
    const user = userOf(accounts, userId)
    const expiresAt = expiryOf(input, accounts.now())
    const made = newKey(user, accounts.now(), {
      name: input.name ?? null,
      roles: narrower(user, input.roles),
      servers: input.servers ?? null,
      expiresAt,
    })
    await accounts.write({ putKeys: [made.record] })
    return made
  })
}

/** Ends a key at once. @throws {FacetError} `not_found` */
export function revokeKey(accounts: Accounts, id: string): Promise<void> {
  return accounts.alone(async () => {
    if (!accounts.key(id)) {
      throw new FacetError('not_found', `There is no key ${JSON.stringify(id)}.`)
    }
    await accounts.write({ removeKeys: [id] })
  })
}

/** Ends every key of a user and gives a new one, without limits. @throws {FacetError} `not_found` */
export function resetUser(accounts: Accounts, userId: string): Promise<NewKey> {
  return accounts.alone(async () => {
    const user = userOf(accounts, userId)
    const limits = { name: null, roles: null, servers: null, expiresAt: null }
    const made = newKey(user, accounts.now(), limits)
    const removeKeys = accounts.keysOf(userId).map(({ id }) => id)
    await accounts.write({ removeKeys, putKeys: [made.record] })
    return made
  })
}

function newKey(
  user: UserRecord,
  now: Date,
  limits: Pick<KeyRecord, 'name' | 'roles' | 'servers' | 'expiresAt'>,
): NewKey {
  const { key, prefix, digest } = newApiKey()
  const record: KeyRecord = {
    ...limits,
    id: `key_${ulid().toLowerCase()}`,
    user: user.id,
    prefix,
    digest,
    lastUsedAt: null,
    createdAt: now.toISOString(),
  }
  return { record, key }
}

function narrower(user: UserRecord, roles: readonly string[] | undefined) {
  if (!roles) return null
  const foreign = roles.filter((role) => !user.roles.includes(role))
  if (foreign.length === 0) return roles
  throw new FacetError('invalid_request', 'A key cannot have more roles than its user.', {
    errors: [{ path: 'roles', message: `${user.id} does not have ${foreign.join(', ')}.` }],
  })
}

function expiryOf(
  {
    expires_at,
    expires_in_days,
  }: { expires_at?: string | undefined; expires_in_days?: number | undefined },
  now: Date,
): string | null {
  if (expires_in_days) return new Date(now.getTime() + expires_in_days * DAY_MS).toISOString()
  if (!expires_at) return null
  const at = new Date(expires_at)
  if (at > now) return at.toISOString()
  throw new FacetError('invalid_request', 'The key would never be valid.', {
    errors: [{ path: 'expires_at', message: 'It is in the past.' }],
  })
}
