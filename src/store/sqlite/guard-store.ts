import type { GuardStateStore } from '../guard-port.ts'
import type { Store } from '../ports.ts'
import { definitionRecord, definitionRow } from './definition-rows.ts'
import type { Request } from './protocol.ts'
import type { DefinitionRow } from './schema.ts'

type States = Awaited<ReturnType<GuardStateStore['load']>>

/** Guards and what must be known of them after a restart, kept by the thread of the database. */
export function guardStores(
  ask: (request: Request) => Promise<unknown>,
): Pick<Store, 'guards' | 'guardStates'> {
  return {
    guards: {
      async all() {
        const rows = (await ask({ method: 'guards.all' })) as DefinitionRow[]
        return rows.map(definitionRecord)
      },
      put: async (record) => void (await ask({ method: 'guards.put', row: definitionRow(record) })),
      remove: async (id) => void (await ask({ method: 'guards.remove', id })),
    },
    guardStates: {
      load: async () => (await ask({ method: 'guards.states' })) as States,
      putFailures: async (rows) => void (await ask({ method: 'guards.failed', rows })),
      putStep: async (row) => void (await ask({ method: 'guards.step', row })),
      forget: async (guard, caller) => void (await ask({ method: 'guards.forget', guard, caller })),
    },
  }
}
