import type { Clause } from '../../rules/explain/trace.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { Verdict } from '../../rules/filter.ts'
import type { ExplainedPermit, ExplainedPolicy, Ground } from '../permit/explain.ts'

/** Why an entry is in a dynamic server, or why not: every stage it goes through, in order. */
export interface Explanation {
  /** Id of the server; null for rules that are not saved. */
  readonly server: string | null
  readonly status: 'active' | 'draft' | 'unsaved'
  readonly entry: ExplainedEntry
  /** Whether the rules, clashes and budget as they are now leave the entry in. */
  readonly in: boolean
  /** The name clients see; null for an entry that is out. */
  readonly name: string | null
  /** Whose view it is; null for that of whoever may use everything. */
  readonly caller: ExplainedCaller | null
  /** Whether clients see it at this moment: a draft serves nothing, a frozen list may lag behind. */
  readonly served: boolean
  /** The reason in one line. */
  readonly summary: string
  readonly stages: readonly Stage[]
  /** For an entry that is out: what would have to change, as little as can be. */
  readonly nearest: Nearest | null
  /** Guards that would look at a call, in order of their ids; absent for who may not see guards. */
  readonly guards?: readonly ExplainedGuard[]
  /** Other entries that the name asked for also stands for. */
  readonly others: readonly { readonly id: string; readonly source: string }[]
}

export interface ExplainedCaller {
  readonly id: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

/** A guard that would look at a call of the entry. It is not run. */
export interface ExplainedGuard {
  readonly id: string
  readonly kind: string
  /** What it asks of a call, for people. */
  readonly text: string
  /** Set without a caller, where it stops only some callers. */
  readonly depends?: true
}

export interface ExplainedEntry {
  readonly id: string
  readonly type: EntryType
  readonly name: string
  readonly title?: string
  readonly uri?: string
  readonly source: string
  readonly federated: boolean
}

/** `passed` is null for a stage the entry did not reach, or that the server does not have. */
interface StageBase {
  readonly passed: boolean | null
  /** What happened, for people. */
  readonly text: string
}

export interface EnabledStage extends StageBase {
  readonly stage: 'enabled'
}

export interface SelectStage extends StageBase {
  readonly stage: 'select'
  /** The rules for entries of this type, as they are numbered in the server. */
  readonly rules: readonly ExplainedRule[]
}

export interface ReviewStage extends StageBase {
  readonly stage: 'review'
  readonly state?: 'pending' | 'rejected'
  readonly reason?: 'new' | 'changed' | 'name'
}

export interface OverrideStage extends StageBase {
  readonly stage: 'override'
  /** Index of the override that is about the entry. */
  readonly override?: number
}

export interface ShadowStage extends StageBase {
  readonly stage: 'shadow'
  /** The entry that is shown under the name instead. */
  readonly by?: { readonly id: string; readonly name: string; readonly source: string }
  /** Set when it is a tool of the server itself that has the name. */
  readonly reserved?: true
}

export interface BudgetStage extends StageBase {
  readonly stage: 'budget'
  /** Position among the tools that compete, from 1. */
  readonly rank?: number
  readonly of?: number
  readonly tokens?: number
  readonly by?: 'max_tools' | 'max_tokens'
}

/** Reasons are there for whoever may manage the server. */
export interface PermitStage extends StageBase {
  readonly stage: 'permit'
  /** Set without a caller, where callers are decided about differently. */
  readonly depends?: true
  readonly ground?: Ground
  /** What each policy about the server and the type says of the caller and the entry. */
  readonly policies?: readonly ToldPolicy[]
  readonly nearest?: ExplainedPermit['nearest']
}

/** `who` has no clause where the caller is a user that only administrators may look into. */
export type ToldPolicy = Omit<ExplainedPolicy, 'who'> & {
  readonly who: { readonly met: boolean; readonly clause?: Clause }
}

/** What callers hide they can still use. */
export interface HideStage extends StageBase {
  readonly stage: 'hide'
}

export interface ListedStage extends StageBase {
  readonly stage: 'listed'
}

export type Stage =
  | EnabledStage
  | SelectStage
  | ReviewStage
  | OverrideStage
  | ShadowStage
  | PermitStage
  | BudgetStage
  | HideStage
  | ListedStage

export interface ExplainedRule {
  readonly index: number
  readonly mode: string
  readonly effect: 'include' | 'exclude'
  readonly include_federated: boolean
  readonly filter?: string
  readonly language?: 'jsonpath' | 'expression'
  /** What the filter says; absent for a rule without one. */
  readonly verdict?: Verdict
  /** Whether the rule matches the entry, its filter and its model together. */
  readonly matched: boolean
  /** Whether it takes the entry in (include) or out (exclude). */
  readonly takes: boolean
  readonly text: string
  readonly clause?: Clause
  /** For rules that are answered by meaning. */
  readonly selection?: ExplainedSelection
}

export interface ExplainedSelection {
  readonly chosen: boolean
  /** What decided: `always`, `never`, `model`, `rank`, `unjudged` and the like. */
  readonly by?: string
  /** The model's words: its opinion only. */
  readonly reason?: string
  readonly rank?: number
}

export interface Nearest {
  /** The include rule that is nearest; null when none could take the entry. */
  readonly rule: number | null
  /** Exclude rules that take the entry out, or would. */
  readonly excluded_by: readonly number[]
  readonly changes: readonly NearestChange[]
  /**
   * Whether the entry would be in after these changes, tried out on a copy of it; null where that
   * cannot be tried out.
   */
  readonly enough: boolean | null
}

export interface NearestChange {
  /** What has to change: the entry, a rule, the server, another entry of the catalog, or a policy. */
  readonly on: 'entry' | 'rule' | 'server' | 'catalog' | 'policy'
  readonly text: string
  readonly rule?: number
  /** Text of the clause that would come out differently. */
  readonly clause?: string
}
