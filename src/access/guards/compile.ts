import { type ErrorItem, FacetError } from '../../errors/facet-error.ts'
import { compileValues, type Values } from '../../rules/evaluate/values.ts'
import { compileFilter, type Filter } from '../../rules/filter.ts'
import { compilePattern, type Pattern, PatternError } from '../../rules/regex.ts'
import { compileAt, compileWho } from '../policies/compile.ts'
import type { ArgumentsDefinition, GuardDefinition } from './definition.ts'

/** A pattern that is refused, and where it is looked for. */
export interface CompiledDeny {
  readonly pattern: Pattern
  /** Undefined to look at all there is. */
  readonly values: Values | undefined
  readonly message: string | undefined
}

/** What an argument guard looks at. */
export interface CompiledArguments {
  readonly deny: readonly CompiledDeny[]
  readonly condition: Filter | undefined
}

export interface CompiledGuard {
  readonly who: Filter
  readonly what: Filter
  /** Set for argument guards. */
  readonly arguments?: CompiledArguments
}

/**
 * Compiles the filters and patterns of a guard.
 *
 * @throws {FacetError} `invalid_filter` with path and position of everything that is wrong.
 */
export function compileGuard(definition: GuardDefinition): CompiledGuard {
  const errors: ErrorItem[] = []
  const who = compileAt('who', definition.who, errors, compileWho)
  const what = compileAt('what', definition.what, errors, (source) => compileFilter(source))
  const checks = definition.kind === 'arguments' ? compileArguments(definition, errors) : undefined
  if (who && what && errors.length === 0) {
    return { who, what, ...(checks ? { arguments: checks } : {}) }
  }
  throw new FacetError('invalid_filter', errors[0]!.message.split('\n')[0]!, { errors })
}

function compileArguments(
  { deny = [], condition }: ArgumentsDefinition,
  errors: ErrorItem[],
): CompiledArguments {
  const denied = deny.flatMap(({ pattern: source, path, message }, i) => {
    const pattern = patternAt(`deny[${i}].pattern`, source, errors)
    const values =
      path === undefined
        ? undefined
        : compileAt(`deny[${i}].path`, path, errors, (text) => compileValues(text))
    return pattern ? [{ pattern, values, message }] : []
  })
  const options = { language: 'expression', caller: true, subject: 'call' } as const
  const compiled =
    condition === undefined
      ? undefined
      : compileAt('condition', condition, errors, (source) => compileFilter(source, options))
  return { deny: denied, condition: compiled }
}

function patternAt(path: string, source: string, errors: ErrorItem[]): Pattern | undefined {
  try {
    return compilePattern(source, 'search')
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    const fix = error.fix ? `\nTry: ${error.fix}` : ''
    errors.push({ path, code: 'filter_regex', message: `${error.message}${fix}` })
    return undefined
  }
}
