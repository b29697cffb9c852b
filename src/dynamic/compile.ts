import { type ErrorItem, FacetError } from '../errors/facet-error.ts'
import { compileFilter, type Filter } from '../rules/filter.ts'
import { FilterError } from '../rules/filter-error.ts'
import { filterItem } from '../rules/filter-item.ts'
import type { Rule } from './definition.ts'

/** A rule with its filter compiled; rules of mode llm and semantic may have none. */
export interface CompiledRule {
  readonly index: number
  readonly rule: Rule
  readonly filter: Filter | undefined
}

/**
 * Compiles the rules of a server.
 *
 * @throws {FacetError} `invalid_filter` with path and position of every filter that is wrong.
 */
export function compileRules(rules: readonly Rule[]): CompiledRule[] {
  const errors: ErrorItem[] = []
  const messages: string[] = []
  const compiled = rules.map((rule, index): CompiledRule => {
    if (rule.filter === undefined) return { index, rule, filter: undefined }
    try {
      const options = { language: rule.language, types: [rule.type] }
      return { index, rule, filter: compileFilter(rule.filter, options) }
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      errors.push(filterItem(error, rule.filter, `rules[${index}].filter`))
      messages.push(error.message)
      return { index, rule, filter: undefined }
    }
  })
  if (errors.length === 0) return compiled
  throw new FacetError('invalid_filter', messages[0]!, { errors })
}

/** Compiles a filter that stands alone in a request. @throws {FacetError} `invalid_filter` */
export function compileOne(
  source: string,
  path: string,
  options: Parameters<typeof compileFilter>[1] = {},
): Filter {
  try {
    return compileFilter(source, options)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const item = filterItem(error, source, path)
    throw new FacetError('invalid_filter', error.message, { errors: [item] })
  }
}
