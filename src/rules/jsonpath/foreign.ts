import type { Scanner } from './scanner.ts'

const MEMBERSHIP = (word: string) =>
  word === 'contains'
    ? "put the test inside the list: @.tags[?@ == 'x']"
    : "join comparisons with ||, or write an expression: 'x' in tags"

/** Operators of other languages between two operands, and what to write here. */
const OPERATORS: readonly (readonly [RegExp, (word: string) => string])[] = [
  [/^[!=]==/, (sign) => `write ${sign.slice(0, 2)}`],
  [/^<>/, () => 'write !='],
  [/^=(?![=~])/, () => 'write =='],
  [/^~/, () => 'write =~'],
  [/^&(?!&)/, () => 'write &&'],
  [/^\|(?!\|)/, () => 'write ||'],
  [/^and\b/i, () => 'write &&'],
  [/^or\b/i, () => 'write ||'],
  [/^(?:not\s+)?(?:n?in|anyof|noneof|subsetof)\b/i, MEMBERSHIP],
  [/^contains\b/i, MEMBERSHIP],
  [/^(?:like|matches)\b/i, () => "write =~ '…'"],
  [/^is\b/i, () => 'write =='],
]

/** @throws {FilterError} where an operator of another language stands at the cursor. */
export function refuseForeignOperator(scanner: Scanner): void {
  const start = scanner.position
  const rest = scanner.source.slice(start, start + 40)
  for (const [shape, fix] of OPERATORS) {
    const found = shape.exec(rest)?.[0]
    if (found === undefined) continue
    scanner.position += found.length
    const message = `${found} is not an operator of JSONPath.`
    scanner.fail(message, { from: start, fix: fix(found.toLowerCase()) })
  }
}

/** What to write for a word that stands where JSONPath wants @, $, a literal or a function. */
export function foreignOperand(word: string): string {
  const lower = word.toLowerCase()
  if (lower === 'not') return 'write !(…)'
  if (/^[“”‘’]/.test(word)) return 'write texts in straight quotes, \' or "'
  if (lower === 'true' || lower === 'false' || lower === 'null') return `write ${lower}`
  if (lower === 'none' || lower === 'nil' || lower === 'undefined') return 'write null'
  return `write @.${word}, or '${word}' for a text`
}
