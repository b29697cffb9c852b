import type { ErrorItem } from '../errors/facet-error.ts'
import type { FilterError } from './filter-error.ts'
import { showMistake } from './show-mistake.ts'

/** What is wrong, the filter with carets under it, and what to write instead. */
export function filterItem(error: FilterError, source: string, path: string): ErrorItem {
  const fix = error.fix ? `\nTry: ${error.fix}` : ''
  return {
    path,
    code: error.code,
    position: error.position,
    message: `${error.message}\n${showMistake(source, error)}${fix}`,
  }
}
