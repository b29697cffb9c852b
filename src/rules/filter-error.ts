import { visible } from './visible.ts'

/**
 * Stable codes of everything that can be wrong with the text of a filter.
 * Documented in docs/reference/errors.md; a test compares the two.
 */
export const FILTER_ERROR_CODES = {
  filter_empty: 'The filter has no text.',
  filter_too_long: 'The filter is longer than the bound on characters.',
  filter_too_deep: 'Brackets are nested deeper than the bound.',
  filter_too_complex: 'The filter has more nodes, path segments or list elements than the bound.',
  filter_language: 'The filter language is not one Facet knows.',
  filter_syntax: 'The filter does not follow the grammar of its language.',
  filter_unknown_field: 'The expression names a field that no entry has.',
  filter_wrong_field: 'The expression names a field that entries of this type never have.',
  filter_unknown_function: 'The filter calls a function that does not exist.',
  filter_arguments: 'A function is called with the wrong number or kind of arguments.',
  filter_type: 'An operator is applied to values that can never fit it.',
  filter_regex: 'A regular expression is malformed, unsupported or too large.',
} as const

export type FilterErrorCode = keyof typeof FILTER_ERROR_CODES

/**
 * A mistake in the text of a filter.
 *
 * `position` is the offset, in UTF-16 code units from 0, of the first character that is wrong;
 * `length` how many characters are meant (at least 1). `fix` says what to write instead, where
 * that can be guessed. Message and fix are short and show hidden characters, whatever they quote.
 */
export class FilterError extends Error {
  override readonly name = 'FilterError'
  readonly code: FilterErrorCode
  readonly position: number
  readonly length: number
  readonly fix: string | undefined

  constructor(
    code: FilterErrorCode,
    message: string,
    at: { position: number; length?: number | undefined; fix?: string | undefined },
  ) {
    super(presentable(message))
    this.code = code
    this.position = at.position
    this.length = Math.max(1, at.length ?? 1)
    this.fix = at.fix === undefined ? undefined : presentable(at.fix)
  }
}

/** A message that quotes a long filter is cut in the middle: what is wrong is said at its ends. */
const MESSAGE = 300

function presentable(message: string): string {
  const text = visible(message)
  if (text.length <= MESSAGE) return text
  return `${text.slice(0, MESSAGE / 2)} … ${text.slice(-MESSAGE / 2)}`.toWellFormed()
}
