import type { EntryDocument } from '../catalog/entry.ts'
import type { EntryType } from '../rules/fields.ts'
import type { Estimate } from './judge/plan.ts'
import type { RunReport } from './judge/run.ts'
import type { Search } from './search/port.ts'
import type { Share } from './share.ts'
import type { Suspicion } from './text/suspicion.ts'

/** A question in words, put to a model. */
export interface Question {
  readonly type: EntryType
  readonly prompt: string
  readonly provider: string | undefined
  readonly always: readonly string[]
  readonly never: readonly string[]
}

/** A rule that is answered by a model. `always` and `never` are names that outrank it. */
export interface LlmRule extends Question {
  readonly mode: 'llm'
  readonly effect: 'include' | 'exclude'
}

/** A rule that takes the `k` candidates nearest to a query. */
export interface SemanticRule {
  readonly mode: 'semantic'
  readonly effect: 'include' | 'exclude'
  readonly type: EntryType
  readonly query: string
  readonly k: number
}

export type MeaningRule = LlmRule | SemanticRule

/**
 * Everything that is answered by meaning, for the engine that keeps memberships.
 *
 * A rule is opened once, told what its filter lets through as that changes, and asked about single
 * entries without waiting. Models and search work behind it, and it says when its answer changed:
 *
 *     const live = selections.open(selectionKey('riskops', rule, filter), rule)
 *     live.change({ put: candidates, remove: [] })
 *     await live.ready()                       // the first time: fails when there is no answer
 *     live.subscribe((ids) => …)               // later: these entries joined or left
 *     live.matches(id)                         // any time, at no cost
 */
export interface Selections {
  /** Why a rule cannot be answered as the service is configured; undefined when it can. */
  problemWith(rule: MeaningRule): string | undefined
  /**
   * Opens a rule. `key` is what its last choice is kept under, see selection-key.ts: it outlives
   * restarts, is unique among open rules, and is another one when the question is another one.
   * Candidates are to be told before anybody waits for `ready`.
   *
   * @throws {FacetError} `selector_not_configured` when there is no such model.
   */
  open(key: string, rule: MeaningRule): LiveSelection
  /** What judging candidates would take now. Asks nothing. */
  estimate(rule: LlmRule, candidates: readonly EntryDocument[]): Promise<AskEstimate>
  /**
   * Answers once, for previews, publishing nothing. Verdicts are kept, so nothing is paid twice.
   * With `ask: false` no model is asked to judge: what has no verdict stays unjudged.
   */
  ask(
    rule: MeaningRule,
    candidates: readonly EntryDocument[],
    options?: { readonly ask?: boolean },
  ): Promise<AskAnswer>
  /** Loads the clients of the configured models, before requests are served. */
  warm(): Promise<void>
  /** What verdicts on the prompt of a rule are kept under; undefined without such a model. */
  fingerprintOf(rule: LlmRule): string | undefined
  /** Drops what was kept for a rule that is gone for good. */
  forget(key: string): Promise<void>
  /** The engine behind semantic rules and `search_tools`. */
  readonly search: Search
  close(): Promise<void>
}

export interface AskEstimate extends Estimate {
  readonly candidates: number
  /** Candidates judged before. */
  readonly cached: number
  /** Whether there is more to ask about than one run may, so that some would be left out. */
  readonly triage: boolean
  /** Tokens left today for the model of the rule. */
  readonly leftToday: number
}

export interface AskAnswer {
  readonly chosen: ReadonlySet<string>
  /** Candidates without a verdict: beyond the budget, or refused. */
  readonly unjudged: ReadonlySet<string>
  /** What the model or the ranking chose, of what it judged. */
  readonly share: Share
  /** The model's words about candidates, by id. */
  readonly reasons: ReadonlyMap<string, string>
  /** True when the model for embeddings could not be asked, so that words alone decided. */
  readonly withoutMeaning: boolean
  readonly run: RunReport | undefined
}

/**
 * - `cold`: no answer yet, and none was asked for.
 * - `fresh`: every candidate is answered for.
 * - `refreshing`: being worked on; the last answer stands meanwhile.
 * - `stale`: the last answer stands because a newer one could not be had; `error` says why.
 * - `held`: a new answer would empty the set or drop over half of it; it waits for `confirm`.
 * - `over_budget`: some candidates were not asked about; `coverage` says how many.
 * - `failed`: there is no answer, and asking for one failed.
 */
export type SelectionState =
  | 'cold'
  | 'fresh'
  | 'refreshing'
  | 'stale'
  | 'held'
  | 'over_budget'
  | 'failed'

/** How the candidates of a rule changed. */
export interface Candidates {
  readonly put: Iterable<EntryDocument>
  readonly remove: Iterable<string>
  /** Whether the change goes on with the next one: until then nobody need look at it. */
  readonly more?: boolean
}

/** An open rule. */
export interface LiveSelection {
  /**
   * Says which entries the filter of the rule lets through now: new and changed ones, and ids of
   * those it no longer does. The answers of `matches` about these ids may change with the call;
   * listeners are not told of that, because the caller knows.
   */
  change(change: Candidates): void
  /** Like `change`, by the difference to the candidates known so far. */
  reset(candidates: Iterable<EntryDocument>): void
  /**
   * Whether the rule matches an entry now. Of an include rule: whether it is chosen; a new entry
   * is not before it was judged, a changed one keeps its place until it was. Of an exclude rule:
   * whether it is chosen, or was not judged as it is now, so that nothing slips past it.
   */
  matches(id: string): boolean
  /** All matches; built for the call. */
  matched(): Set<string>
  /**
   * Resolves when there is an answer to publish: at once except at the very first time.
   *
   * @throws {FacetError} `selection_failed`, `selection_over_budget` when there is none. Rules of
   * effect exclude always have one: their whole scope, until it is judged.
   */
  ready(): Promise<void>
  /** Told of the entries whose answer changed, after it did. */
  subscribe(listener: (ids: ReadonlySet<string>) => void): () => void
  readonly state: SelectionState
  report(): SelectionReport
  /** How one candidate came to be chosen or not; undefined for what is none. */
  explain(id: string): SelectedEntry | undefined
  /** Asks about every candidate anew, however it was judged before. @throws {FacetError} */
  rejudge(): Promise<void>
  /** Publishes a held answer. False when none is held. */
  confirm(): Promise<boolean>
  close(): void
}

/** What stands behind the present answer of a rule. */
export interface SelectionReport {
  readonly mode: MeaningRule['mode']
  readonly state: SelectionState
  /** Candidates with an answer, of those that need one. */
  readonly coverage: { readonly judged: number; readonly of: number }
  /** What the model or the ranking chose, of what it judged. */
  readonly share: Share
  /** Candidates that will be asked about. */
  readonly pending: number
  readonly error?: SelectionProblem
  readonly held?: { readonly drops: readonly string[]; readonly adds: readonly string[] }
  readonly run?: RunReport
}

export interface SelectionProblem {
  readonly kind: string
  readonly message: string
  readonly at: string
  readonly retryAt: string
}

/** The text of an entry as it was before it changed: cleaned, and cut. */
export interface ChangedText {
  readonly at: string
  readonly title?: string
  readonly description?: string
}

/** How one candidate came to be chosen or not. */
export interface SelectedEntry {
  readonly id: string
  readonly matched: boolean
  readonly by:
    | 'always'
    | 'never'
    | 'model'
    | 'rank'
    | 'unjudged'
    | 'left_out'
    | 'refused'
    | 'earlier'
  /** The model's words: plain text, and its opinion only. */
  readonly reason?: string
  readonly model?: string
  readonly judgedAt?: string
  /** Whether the verdict was there before the last run. */
  readonly cached?: boolean
  /** Signs that its texts were written for the model. */
  readonly suspicions?: readonly Suspicion[]
  /** It was chosen, and then its text changed: what the text had been. */
  readonly changed?: ChangedText
  /** Place in the ranking of a semantic rule, from 1. */
  readonly rank?: number
}
