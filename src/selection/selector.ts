import type { Entry } from '../catalog/entry.ts'
import type { EntryType } from '../rules/fields.ts'

/** A question in words, put to a model. */
export interface Question {
  readonly type: EntryType
  readonly prompt: string
  readonly provider: string | undefined
  readonly always: readonly string[]
  readonly never: readonly string[]
}

/**
 * Chooses entries by meaning. A selector only narrows the candidates it is given; that it cannot
 * answer is an error, never an empty choice.
 */
export interface Selector {
  /** Why the selector cannot be asked at all; undefined when it can. */
  readonly unavailable: string | undefined
  /** Ids of the chosen candidates. @throws {FacetError} `selector_not_configured` */
  choose(question: Question, candidates: readonly Entry[]): Promise<ReadonlySet<string>>
}
