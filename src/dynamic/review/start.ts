import type { Catalog } from '../../catalog/catalog.ts'
import type { Logger } from '../../observability/logger.ts'
import type { ApprovalStore } from '../../store/ports.ts'
import type { Memberships } from '../membership/memberships.ts'
import type { Servers } from '../servers.ts'
import { admittedBy } from './admit.ts'

export interface StartReviewOptions {
  readonly store: ApprovalStore
  readonly servers: Servers
  readonly catalog: Catalog
  readonly memberships: Memberships
  readonly logger: Logger
}

/**
 * Loads decisions and keeps them in step with servers and catalog; must be done before anything is
 * served. An entry that is gone for good takes its decisions along: what comes under its id one day
 * is another thing. Answers what ends it.
 */
export async function startReview(options: StartReviewOptions): Promise<() => Promise<void>> {
  const { store, servers, catalog, memberships, logger } = options
  const { approvals, now } = servers
  const isGone = (id: string) => catalog.record(id) === undefined
  let written: Promise<unknown> = Promise.resolve()
  const forget = (entries: readonly string[]) => {
    const known = approvals.forget(entries)
    if (known.length === 0) return
    // What cannot be written now is forgotten at the next start.
    written = store.forget(known).catch((err: unknown) => {
      logger.warn({ err }, 'decisions about entries that are gone were not removed')
    })
  }
  approvals.take(await store.all())
  approvals.rememberBy((records) => {
    // What cannot be written now is free again after a restart, until it is shown.
    written = store.put(records).catch((err: unknown) => {
      logger.warn({ err }, 'the meaning of names was not stored')
    })
  })
  forget([...approvals.entries()].filter(isGone))
  servers.admitBy((before, next, author) =>
    admittedBy({ catalog, memberships, now }, before, next, author),
  )
  const unsubscribe = catalog.subscribe(({ entries }) => {
    forget(
      entries.flatMap(({ before }) =>
        before && isGone(before.record.id) ? [before.record.id] : [],
      ),
    )
  })
  return async () => {
    unsubscribe()
    await written
  }
}
