import type { Logger } from '../../observability/logger.ts'
import type { Selections } from '../../selection/selector.ts'
import type { SelectionInUse, SelectionStore } from '../../store/selection-port.ts'
import type { Servers } from '../servers.ts'
import { isMeaning, meaningOf, selectionKeys } from './meaning-rule.ts'

const DAY = 86_400_000
/** What nobody asks for is kept this long, in case a rule comes back. */
const KEPT = 90 * DAY

export interface KeepInUseOptions {
  readonly servers: Servers
  readonly selections: Pick<Selections, 'fingerprintOf'>
  readonly store: Pick<SelectionStore, 'prune'>
  readonly now: () => Date
  readonly logger: Logger
}

/** Forgets verdicts and choices of rules that are gone, now and every day until it is stopped. */
export function keepInUse(options: KeepInUseOptions): () => void {
  const { servers, store, now, logger } = options
  const prune = () => {
    // What rules ask that cannot be understood now is not known.
    if (servers.all().some(({ problem }) => problem !== undefined)) return
    const before = new Date(now().getTime() - KEPT)
    store.prune(inUse(options), before).catch((error: unknown) => {
      logger.warn({ err: error }, 'old verdicts could not be removed')
    })
  }
  prune()
  const timer = setInterval(prune, DAY).unref()
  return () => clearInterval(timer)
}

function inUse({ servers, selections }: KeepInUseOptions): SelectionInUse {
  const all = servers.all()
  const rules = all.flatMap(({ id, rules }) => [...selectionKeys(id, rules).values()])
  const meanings = all.flatMap((server) =>
    server.rules.flatMap(({ rule }) => (isMeaning(rule) ? meaningOf(rule) : [])),
  )
  const fingerprints = meanings.flatMap((meaning) =>
    meaning.mode === 'llm' ? (selections.fingerprintOf(meaning) ?? []) : [],
  )
  return { fingerprints, rules }
}
