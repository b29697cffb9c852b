import type { AccessStore, KeyRecord, UserRecord } from '../access-port.ts'
import type { JsonObject } from '../json.ts'
import type { LoadedAccess } from './access-tables.ts'
import type { Request } from './protocol.ts'
import type { KeyRow, UserRow } from './schema.ts'

/** Users and keys, kept by the thread that owns the database. */
export function accessStore(ask: (request: Request) => Promise<unknown>): AccessStore {
  return {
    async load() {
      const { users, keys, closed } = (await ask({ method: 'access.load' })) as LoadedAccess
      return { users: users.map(userFromRow), keys: keys.map(keyFromRow), closed }
    },
    async write({ putUsers = [], removeUsers = [], putKeys = [], removeKeys = [] }) {
      const rows = { putUsers: putUsers.map(userToRow), putKeys: putKeys.map(keyToRow) }
      await ask({ method: 'access.write', rows: { ...rows, removeUsers, removeKeys } })
    },
    used: async (times) => void (await ask({ method: 'access.used', times })),
  }
}

const listOrNull = (text: string | null): string[] | null =>
  text === null ? null : JSON.parse(text)
const textOrNull = (list: readonly string[] | null) => (list === null ? null : JSON.stringify(list))

function userToRow(user: UserRecord): UserRow {
  return {
    ...user,
    roles: JSON.stringify(user.roles),
    groups: JSON.stringify(user.groups),
    attributes: JSON.stringify(user.attributes),
  }
}

function userFromRow(row: UserRow): UserRecord {
  return {
    ...row,
    roles: JSON.parse(row.roles) as string[],
    groups: JSON.parse(row.groups) as string[],
    attributes: JSON.parse(row.attributes) as JsonObject,
  }
}

function keyToRow(key: KeyRecord): KeyRow {
  return { ...key, roles: textOrNull(key.roles), servers: textOrNull(key.servers) }
}

function keyFromRow(row: KeyRow): KeyRecord {
  return { ...row, roles: listOrNull(row.roles), servers: listOrNull(row.servers) }
}
