import type { Store } from '../ports.ts'
import { definitionRecord, definitionRow } from './definition-rows.ts'
import type { Request } from './protocol.ts'
import type { DefinitionRow, HiddenRow } from './schema.ts'

/** Policies and hidden entries, kept by the thread of the database. */
export function policyStores(
  ask: (request: Request) => Promise<unknown>,
): Pick<Store, 'policies' | 'hidden'> {
  return {
    policies: {
      async all() {
        const rows = (await ask({ method: 'policies.all' })) as DefinitionRow[]
        return rows.map(definitionRecord)
      },
      put: async (record) =>
        void (await ask({ method: 'policies.put', row: definitionRow(record) })),
      remove: async (id) => void (await ask({ method: 'policies.remove', id })),
      async write({ put, remove }) {
        await ask({ method: 'policies.write', rows: put.map(definitionRow), remove })
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
