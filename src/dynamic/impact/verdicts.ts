import type { Entry } from '../../catalog/entry.ts'
import type { Hypothetical } from '../../catalog/hypothetical.ts'
import { readsOf } from '../../rules/analyse/reads.ts'
import type { EntryType } from '../../rules/fields.ts'
import { compileFilter, type Filter, type Verdict } from '../../rules/filter.ts'
import { type Difference, differenceOf, touches } from '../membership/difference.ts'
import type { Turns } from '../membership/turns.ts'

/** One entry that a write would touch. What is disabled is not there, for rules. */
export interface Touched {
  readonly id: string
  readonly type: EntryType
  readonly before: Entry | undefined
  readonly after: Entry | undefined
  readonly difference: Difference | undefined
}

export function touchedBy({ before, after }: Hypothetical): Touched {
  const { id, type } = (after ?? before)!.record
  const was = before?.document.enabled ? before : undefined
  const is = after?.document.enabled ? after : undefined
  const difference = was && is && differenceOf(was.document, is.document)
  return { id, type, before: was, after: is, difference }
}

export interface Answers {
  readonly before: Verdict
  readonly after: Verdict
}

/** The entries a filter says something of, before or after; all others are `no_match` in both. */
export type Concerned = ReadonlyMap<Touched, Answers>

const NOTHING: Concerned = new Map()
const EVERYTHING = compileFilter('true')

/**
 * What filters say of the touched entries. Filters with equal text are evaluated once, however
 * many servers have them.
 */
export class Verdicts {
  readonly #touched: ReadonlyMap<EntryType, readonly Touched[]>
  readonly #turns: Turns
  readonly #known = new Map<string, Concerned>()

  constructor(touched: readonly Touched[], turns: Turns) {
    this.#touched = Map.groupBy(touched, ({ type }) => type)
    this.#turns = turns
  }

  /** @param filter undefined for a rule that has none, and so speaks of every entry of its type. */
  async of(type: EntryType, filter: Filter = EVERYTHING): Promise<Concerned> {
    const touched = this.#touched.get(type)
    if (!touched) return NOTHING
    const key = `${type}\0${filter.language}\0${filter.source}`
    let concerned = this.#known.get(key)
    if (!concerned) {
      concerned = await this.#evaluate(touched, filter)
      this.#known.set(key, concerned)
    }
    return concerned
  }

  async #evaluate(touched: readonly Touched[], filter: Filter): Promise<Concerned> {
    const reads = readsOf(filter.node)
    const concerned = new Map<Touched, Answers>()
    for (const each of touched) {
      const turn = this.#turns.step()
      if (turn) await turn
      const before = verdictOf(filter, each.before)
      const same = each.difference && !touches(reads, each.difference)
      const after = same ? before : verdictOf(filter, each.after)
      if (before !== 'no_match' || after !== 'no_match') concerned.set(each, { before, after })
    }
    return concerned
  }
}

function verdictOf(filter: Filter, entry: Entry | undefined): Verdict {
  return entry ? filter.evaluate(entry.document) : 'no_match'
}
