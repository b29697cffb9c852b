import type { KeyRecord, UserRecord } from '../store/access-port.ts'
import type { Accounts } from './accounts.ts'
import type { Caller } from './caller.ts'

/** The last time there is: tokens without an end have it. */
const NEVER = 8.64e15

/** The REST body of a user. */
export function presentUser({ createdAt, updatedAt, ...user }: UserRecord) {
  return { ...user, created_at: createdAt, updated_at: updatedAt }
}

/** The REST body of a key: never the key, nor its digest. */
export function presentKey(accounts: Accounts, key: KeyRecord) {
  const { id, user, name, prefix, roles, servers, expiresAt, createdAt } = key
  return {
    id,
    user,
    name,
    prefix: `facet_${prefix}`,
    roles,
    servers,
    expires_at: expiresAt,
    last_used_at: accounts.lastUsed(key),
    created_at: createdAt,
  }
}

/** What a caller may know of itself. */
export function presentCaller({
  id,
  kind,
  roles,
  groups,
  attributes,
  servers,
  credential,
}: Caller) {
  const expires = credential?.expires
  return {
    id,
    kind,
    roles,
    groups,
    attributes,
    servers: servers ?? null,
    credential: credential
      ? {
          kind: credential.kind,
          id: credential.kind === 'key' ? credential.id : null,
          expires_at:
            expires === undefined || expires >= NEVER ? null : new Date(expires).toISOString(),
        }
      : null,
  }
}
