import { isJsonObject } from '../catalog/json.ts'
import { mergePatch } from '../catalog/merge-patch.ts'
import type { Precondition } from '../catalog/verbs.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { UserRecord } from '../store/access-port.ts'
import type { JsonObject } from '../store/ports.ts'
import type { Accounts } from './accounts.ts'
import { RESERVED_CALLER_IDS } from './caller.ts'
import { checked, userFields, userInput } from './user-input.ts'

/** @throws {FacetError} `not_found` */
export function userOf(accounts: Accounts, id: string): UserRecord {
  const user = accounts.user(id)
  if (user) return user
  throw new FacetError('not_found', `There is no user ${JSON.stringify(id)}.`)
}

/** Makes a user, who has no key yet. @throws {FacetError} `invalid_request`, `id_taken` */
export function createUser(accounts: Accounts, body: unknown): Promise<UserRecord> {
  const { id, ...fields } = checked(userInput, body, 'user')
  return accounts.alone(async () => {
    const chosen = id ?? freeId(accounts, fields.name)
    if (isTaken(accounts, chosen)) {
      throw new FacetError('id_taken', `The id ${chosen} is in use.`)
    }
    const at = accounts.now().toISOString()
    const user: UserRecord = {
      ...fields,
      attributes: fields.attributes as JsonObject,
      id: chosen,
      version: 1,
      createdAt: at,
      updatedAt: at,
    }
    await accounts.write({ putUsers: [user] })
    return user
  })
}

const isTaken = (accounts: Accounts, id: string) =>
  RESERVED_CALLER_IDS.includes(id) || accounts.user(id) !== undefined

function freeId(accounts: Accounts, name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  for (let n = 1; ; n++) {
    const id = n === 1 ? slug || 'user' : `${slug || 'user'}-${n}`
    if (!isTaken(accounts, id)) return id
  }
}

/** Applies a JSON merge patch to what an administrator sets of a user. @throws {FacetError} */
export function patchUser(
  accounts: Accounts,
  id: string,
  patch: unknown,
  precondition?: Precondition,
): Promise<UserRecord> {
  return accounts.alone(async () => {
    const user = changeable(accounts, id, precondition)
    if (!isJsonObject(patch)) {
      throw new FacetError('invalid_request', 'A merge patch of a user is a JSON object.')
    }
    const { name, roles, groups, attributes, disabled } = user
    const before = { name, roles: [...roles], groups: [...groups], attributes, disabled }
    const fields = checked(userFields, mergePatch(before, patch), 'user')
    const next: UserRecord = {
      ...user,
      ...fields,
      attributes: fields.attributes as JsonObject,
      version: user.version + 1,
      updatedAt: accounts.now().toISOString(),
    }
    await accounts.write({ putUsers: [next] })
    return next
  })
}

/** Deletes a user with all keys. @throws {FacetError} `not_found`, `precondition_failed` */
export function deleteUser(
  accounts: Accounts,
  id: string,
  precondition?: Precondition,
): Promise<void> {
  return accounts.alone(async () => {
    changeable(accounts, id, precondition)
    await accounts.write({ removeUsers: [id] })
  })
}

function changeable(accounts: Accounts, id: string, precondition: Precondition): UserRecord {
  const user = userOf(accounts, id)
  if (precondition && !precondition(user.version)) {
    throw new FacetError('precondition_failed', `${id} is at version ${user.version} now.`)
  }
  return user
}
