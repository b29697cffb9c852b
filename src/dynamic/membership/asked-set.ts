import type { Entry } from '../../catalog/entry.ts'
import { SlotSet } from '../../catalog/index/slot-set.ts'
import type { TypeIndex } from '../../catalog/index/type-index.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { AskEstimate, Selections } from '../../selection/selector.ts'
import type { Share } from '../../selection/share.ts'
import type { Rule } from '../definition.ts'
import type { FilterSet } from './filter-set.ts'
import { meaningOf, takes } from './meaning-rule.ts'
import type { Dependent, RuleSet } from './rule-set.ts'

export interface AskedSetOptions {
  readonly rule: Rule
  readonly scope: FilterSet
  readonly index: TypeIndex
  readonly selections: Selections
  /** Whether a model may be asked; else only what was judged before counts. */
  readonly ask: boolean
}

/** What stands behind the answer to a rule that is only looked at. */
export interface Asked {
  readonly candidates: number
  /** What asking takes; undefined for rules that ask no model. */
  readonly estimate: AskEstimate | undefined
  /** Whether the model was asked. */
  readonly asked: boolean
  /** Candidates without a verdict. */
  readonly unjudged: number
  /** What the model or the ranking chose, of what it judged. */
  readonly share: Share
  readonly reasons: ReadonlyMap<string, string>
  /** Ids of the best, best first, where the rule ranks. */
  readonly ranking: readonly string[] | undefined
}

/**
 * The entries a rule of mode llm or semantic would match, for previews and drafts: worked out once,
 * publishing nothing. What joins its scope later is taken for unjudged.
 */
export class AskedSet implements RuleSet, Dependent {
  readonly scope: FilterSet
  readonly matched = new SlotSet()
  readonly failed: RuleSet['failed']
  readonly dependents = new Set<Dependent>()
  readonly ready: Promise<void>
  readonly #options: AskedSetOptions
  #result: Asked | undefined

  constructor(options: AskedSetOptions) {
    this.#options = options
    this.scope = options.scope
    this.failed = options.scope.failed
    this.scope.dependents.add(this)
    this.ready = this.scope.ready.then(() => this.#work())
  }

  get type(): EntryType {
    return this.scope.type
  }

  /** There when the set is ready. */
  get result(): Asked {
    return this.#result!
  }

  /** The name of a candidate, as rules see it. */
  readonly nameOf = (id: string): string => {
    const { index } = this.#options
    const slot = index.slotOf(id)
    return (slot === undefined ? undefined : index.at(slot)?.document.name) ?? id
  }

  update(type: EntryType, slot: number, entry: Entry | undefined): void {
    const isExclude = this.#options.rule.effect === 'exclude'
    if (!entry || !this.scope.matched.has(slot)) this.matched.delete(slot)
    else if (isExclude) this.matched.add(slot)
    for (const dependent of this.dependents) dependent.update(type, slot, entry)
  }

  close(): void {
    this.scope.dependents.delete(this)
  }

  async #work(): Promise<void> {
    const { rule, index, selections, ask } = this.#options
    const meaning = meaningOf(rule)
    const entries = index.inOrder(this.scope.matched).map((slot) => index.at(slot)!)
    const documents = entries.filter((entry) => takes(rule, entry)).map(({ document }) => document)
    const estimate =
      meaning.mode === 'llm' ? await selections.estimate(meaning, documents) : undefined
    const { chosen, unjudged, share, reasons } = await selections.ask(meaning, documents, { ask })
    // An exclude rule keeps out what nobody has judged.
    const taken = rule.effect === 'exclude' ? chosen.union(unjudged) : chosen
    for (const id of taken) {
      const slot = index.slotOf(id)
      if (slot !== undefined && this.scope.matched.has(slot)) this.matched.add(slot)
    }
    const asked = ask && meaning.mode === 'llm'
    const candidates = documents.length
    const ranking = meaning.mode === 'semantic' ? [...chosen] : undefined
    this.#result = { candidates, estimate, asked, unjudged: unjudged.size, share, reasons, ranking }
  }
}
