import { FacetError } from '../../errors/facet-error.ts'
import type { ModelError } from '../providers/model-error.ts'
import type { SelectionProblem } from '../selector.ts'

const LONGEST_PAUSE = 600_000
const HOUR = 3_600_000

/** Why there is no newer answer, and when one is looked for again: ever more rarely. */
export class Failure {
  readonly #firstPause: number
  #count = 0
  #last: { error: ModelError; at: number; retryAt: number } | undefined

  constructor(firstPause: number) {
    this.#firstPause = firstPause
  }

  set(error: ModelError, at: number): void {
    const pause = Math.min(this.#firstPause * 2 ** this.#count++, LONGEST_PAUSE)
    // Budgets are by the day; until it ends, looking again costs nothing but is of no use either.
    const wait = error.kind === 'over_budget' ? HOUR : pause
    this.#last = { error, at, retryAt: at + wait }
  }

  clear(): void {
    this.#count = 0
    this.#last = undefined
  }

  get kind(): ModelError['kind'] | undefined {
    return this.#last?.error.kind
  }

  get retryAt(): number | undefined {
    return this.#last?.retryAt
  }

  get problem(): SelectionProblem | undefined {
    if (!this.#last) return undefined
    const { error, at, retryAt } = this.#last
    const [time, retry] = [new Date(at), new Date(retryAt)]
    return {
      kind: error.kind,
      message: error.message,
      at: time.toISOString(),
      retryAt: retry.toISOString(),
    }
  }

  /** For those who look after the rule. */
  get facetError(): FacetError | undefined {
    return this.#last && toFacetError(this.#last.error)
  }

  /**
   * For whoever wanted a list. What a provider says, and what is set up to reach it, is for those
   * who look after the rule: they see it in the server and its selection.
   */
  get publicError(): FacetError | undefined {
    if (!this.#last) return undefined
    const { error } = this.#last
    const code = codeOf(error)
    return new FacetError(code, PUBLIC[code], { cause: error })
  }
}

const PUBLIC = {
  selection_failed: 'A rule of the server has no answer, because its model could not be asked.',
  selection_over_budget: 'A rule of the server has no answer, because its budget is spent.',
} as const

export function toFacetError(error: ModelError): FacetError {
  return new FacetError(codeOf(error), error.message, { cause: error })
}

function codeOf({ kind }: ModelError): keyof typeof PUBLIC {
  return kind === 'over_budget' ? 'selection_over_budget' : 'selection_failed'
}
