import { compileCondition } from './evaluate/compile.ts'
import { judge, type Verdict } from './evaluate/judge.ts'
import { restart, startRun } from './evaluate/run.ts'
import { parseExpression } from './expression/parse.ts'
import type { EntryType } from './fields.ts'
import { FilterError } from './filter-error.ts'
import type { Node } from './ir.ts'
import { parseJsonPath } from './jsonpath/parse.ts'
import type { FilterWarning } from './jsonpath/warnings.ts'
import { LIMITS } from './limits.ts'
import { prescan } from './prescan.ts'

export const FILTER_LANGUAGES = ['jsonpath', 'expression'] as const
export type FilterLanguage = (typeof FILTER_LANGUAGES)[number]

export type { Verdict }

export interface FilterOptions {
  /** Default: `jsonpath` for a filter that starts with `$`, else `expression`. */
  readonly language?: string | undefined
  /** Types of the entries the filter is for; a field none of them has is an error. */
  readonly types?: readonly EntryType[] | undefined
  /** Whether the filter may read `caller.*`. */
  readonly caller?: boolean | undefined
  /** `call` for an expression over a call, `{arguments, entry}`, instead of one entry. */
  readonly subject?: 'call' | undefined
}

/** Work left for a whole run of evaluations, in steps; below zero when it is used up. */
export interface Meter {
  left: number
}

/** A filter, compiled once. It holds no state between evaluations. */
export interface Filter {
  readonly source: string
  readonly language: FilterLanguage
  readonly node: Node
  readonly warnings: readonly FilterWarning[]
  /**
   * Evaluates the filter over one entry document. Never throws, never changes the document.
   *
   * @param meter what the evaluation takes is subtracted from its steps.
   */
  evaluate(document: object, caller?: object, meter?: Meter): Verdict
}

/** The run of every evaluation: none begins before another ends, and millions of objects are saved. */
const RUN = startRun(null, null)

/**
 * Compiles a filter of either language.
 *
 * @throws {FilterError} with a code, a position and, where it can be guessed, a fix.
 */
export function compileFilter(source: string, options: FilterOptions = {}): Filter {
  prescan(source)
  const language = languageOf(source, options.language)
  const { node, warnings } =
    language === 'jsonpath'
      ? parseJsonPath(source)
      : { node: parseExpression(source, options), warnings: [] }
  const condition = compileCondition(node)
  return {
    source,
    language,
    node,
    warnings,
    evaluate(document, caller, meter) {
      const verdict = judge(condition, restart(RUN, document, caller ?? null))
      if (meter) meter.left -= 1 + LIMITS.steps - Math.max(0, RUN.steps)
      return verdict
    },
  }
}

/** Whether a verdict counts as a match: failures to decide never include and always exclude. */
export function admits(verdict: Verdict, effect: 'include' | 'exclude'): boolean {
  return effect === 'include' ? verdict === 'match' : verdict !== 'no_match'
}

const HINTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    jq: "write a JSONPath such as $.tags[?@ == 'x'], or an expression such as 'x' in tags",
    jmespath: "write an expression such as 'x' in tags && !deprecated",
    cel: "write an expression: 'x' in tags && startsWith(name, 'get_')",
    python: "write an expression: 'x' in tags && !deprecated",
    javascript: "write an expression: 'x' in tags && !deprecated",
    regex: "write an expression: name =~ '^legal_'",
  }),
)

function languageOf(source: string, wanted: string | undefined): FilterLanguage {
  if (wanted === undefined) return source.startsWith('$') ? 'jsonpath' : 'expression'
  const known = FILTER_LANGUAGES.find((language) => language === wanted)
  if (known) return known
  throw new FilterError(
    'filter_language',
    `There is no filter language ${JSON.stringify(wanted.slice(0, 40))}; there are ${FILTER_LANGUAGES.join(' and ')}.`,
    {
      position: 0,
      length: source.length,
      fix: HINTS.get(wanted.toLowerCase().replace('python-expression', 'python')),
    },
  )
}
