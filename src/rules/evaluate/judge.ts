import type { Condition } from './query.ts'
import { Abandoned, type Run } from './run.ts'

/**
 * What a filter says of one entry. `undecided` (operands that do not fit), `exhausted` (the step
 * budget) and `subject` (a text too long for a regular expression) are failures to decide: they
 * must never let an entry in, nor keep an exclusion from applying.
 */
export type Verdict = 'match' | 'no_match' | 'undecided' | 'exhausted' | 'subject'

/** Runs a condition over the document of a run. Never throws. */
export function judge(condition: Condition, run: Run): Verdict {
  try {
    const truth = condition(run.document, run)
    if (truth === undefined) return 'undecided'
    return truth ? 'match' : 'no_match'
  } catch (error) {
    if (error instanceof Abandoned) return error.reason
    throw error
  }
}
