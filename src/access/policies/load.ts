import type { Catalog } from '../../catalog/catalog.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Store } from '../../store/ports.ts'
import { Hidden } from '../hidden.ts'
import { Policies } from './policies.ts'

/** Policies and hidden entries as they are stored, kept in step with the catalog. */
export async function loadPolicies(
  store: Pick<Store, 'policies' | 'hidden'>,
  catalog: Catalog,
  logger: Logger,
  now: () => Date,
  configured: Parameters<Policies['load']>[0] = [],
): Promise<{ policies: Policies; hidden: Hidden; stop: () => void }> {
  const policies = new Policies(store.policies, now)
  const hidden = new Hidden(store.hidden)
  await Promise.all([policies.load(configured), hidden.load()])
  const stop = catalog.subscribe(({ entries }) => {
    const left = entries.flatMap(({ before, after }) => (before && !after ? before.record.id : []))
    // One that its upstream only stopped to offer has the same id when it comes back.
    const gone = left.filter((id) => catalog.record(id) === undefined)
    if (gone.length === 0) return
    hidden
      .forget(gone)
      .catch((error) => logger.warn({ err: error }, 'hidden entries not forgotten'))
  })
  return { policies, hidden, stop }
}
