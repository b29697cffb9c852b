import { FilterError } from './filter-error.ts'
import { LIMITS } from './limits.ts'

/**
 * Refuses a filter by its size and bracket depth before any parser sees it, so that no parser has
 * to survive deep nesting. Brackets inside quotes do not count.
 *
 * @throws {FilterError} `filter_empty`, `filter_too_long` or `filter_too_deep`.
 */
export function prescan(source: string): void {
  if (source.trim() === '') {
    throw new FilterError('filter_empty', 'A filter needs some text.', {
      position: 0,
      fix: "write true to match every entry of the rule's type",
    })
  }
  if (source.length > LIMITS.characters) {
    throw new FilterError(
      'filter_too_long',
      `The filter has ${source.length} characters; at most ${LIMITS.characters} are allowed.`,
      { position: LIMITS.characters, length: source.length - LIMITS.characters },
    )
  }
  if (!source.isWellFormed()) {
    throw new FilterError('filter_syntax', 'The filter holds half of a surrogate pair.', {
      position: source.search(/\p{Surrogate}/u),
    })
  }
  let depth = 0
  let quote = ''
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!
    if (quote) {
      if (c === '\\') i++
      else if (c === quote) quote = ''
    } else if (c === "'" || c === '"') {
      quote = c
    } else if (c === '(' || c === '[' || c === '{') {
      if (++depth > LIMITS.depth) {
        throw new FilterError(
          'filter_too_deep',
          `Brackets are nested deeper than ${LIMITS.depth} levels.`,
          { position: i },
        )
      }
    } else if (c === ')' || c === ']' || c === '}') {
      depth = Math.max(0, depth - 1)
    }
  }
}
