import type { Span } from '../ir.ts'
import { compilePattern, PatternError } from '../regex.ts'
import type { Scanner } from './scanner.ts'

/** Fails with the position of the pattern when it cannot be compiled. */
export function checkPattern(
  scanner: Scanner,
  pattern: string,
  span: Span,
  { raw }: { raw: boolean },
): void {
  const doubled = raw ? /(?<!\\)(?:\\\\)+[A-Za-z0-9]/.exec(pattern) : null
  if (doubled) {
    const from = span.start + 1 + doubled.index
    scanner.fail('Patterns after =~ are taken as written: the backslash is not doubled.', {
      from,
      to: from + doubled[0].length,
      fix: `write ${doubled[0].slice(1)}`,
      code: 'filter_regex',
    })
  }
  try {
    compilePattern(pattern, 'search')
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    scanner.fail(`In the regular expression, ${error.message}.`, {
      from: span.start,
      to: span.end,
      code: 'filter_regex',
      fix: error.fix,
    })
  }
}
