import type { JsonObject, Origin, Store } from '../ports.ts'
import type { Request } from './protocol.ts'
import type { HiddenRow, PolicyRow } from './schema.ts'

/** Policies and hidden entries, kept by the thread of the database. */
export function policyStores(
  ask: (request: Request) => Promise<unknown>,
): Pick<Store, 'policies' | 'hidden'> {
  return {
    policies: {
      async all() {
        const rows = (await ask({ method: 'policies.all' })) as PolicyRow[]
        return rows.map((row) => ({
          ...row,
          origin: row.origin as Origin,
          definition: JSON.parse(row.definition) as JsonObject,
        }))
      },
      async put(record) {
        const row = { ...record, definition: JSON.stringify(record.definition) }
        await ask({ method: 'policies.put', row })
      },
      remove: async (id) => void (await ask({ method: 'policies.remove', id })),
      async write({ put, remove }) {
        const rows = put.map((record) => ({
          ...record,
          definition: JSON.stringify(record.definition),
        }))
        await ask({ method: 'policies.write', rows, remove })
      },
    },
    hidden: {
      all: async () => (await ask({ method: 'hidden.all' })) as HiddenRow[],
      put: async (row) => void (await ask({ method: 'hidden.put', row })),
      remove: async (row) => void (await ask({ method: 'hidden.remove', row })),
      forget: async (entries) => void (await ask({ method: 'hidden.forget', entries })),
    },
  }
}
