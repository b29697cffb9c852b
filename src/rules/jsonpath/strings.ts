import type { Scanner } from './scanner.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '/': '/',
  '\\': '\\',
}

/**
 * string-literal of RFC 9535, 2.3.1.1, at an opening quote. Lone surrogates and control characters
 * are refused, and so is every escape the grammar does not name.
 */
export function stringLiteral(scanner: Scanner): string {
  const quote = scanner.char
  const start = scanner.position++
  let value = ''
  while (scanner.char !== quote) {
    if (scanner.atEnd) scanner.fail('The string is not closed.', { from: start })
    const c = scanner.char
    if (c === '\\') {
      value += escapeSequence(scanner, quote)
      continue
    }
    const code = c.charCodeAt(0)
    if (code < 0x20) {
      scanner.position++
      scanner.fail('A control character in a string is written as an escape, such as \\n.', {
        from: scanner.position - 1,
      })
    }
    value += c
    scanner.position++
  }
  scanner.position++
  return value
}

function escapeSequence(scanner: Scanner, quote: string): string {
  const start = scanner.position++
  const c = scanner.char
  scanner.position++
  if (c === quote) return quote
  if (Object.hasOwn(ESCAPES, c)) return ESCAPES[c]!
  if (c === 'u') return unicodeEscape(scanner, start)
  return scanner.fail(`\\${c} is not an escape of JSONPath strings.`, {
    from: start,
    fix: `write \\\\${c} for a backslash followed by ${c}`,
  })
}

function unicodeEscape(scanner: Scanner, start: number): string {
  const unit = hex4(scanner, start)
  if (unit >= 0xdc00 && unit <= 0xdfff) {
    scanner.fail('A low surrogate follows a high surrogate.', { from: start })
  }
  if (unit < 0xd800 || unit > 0xdbff) return String.fromCharCode(unit)
  if (!scanner.take('\\u')) {
    scanner.fail('A high surrogate is followed by a low surrogate.', { from: start })
  }
  const low = hex4(scanner, start)
  if (low < 0xdc00 || low > 0xdfff) {
    scanner.fail('A high surrogate is followed by a low surrogate.', { from: start })
  }
  return String.fromCharCode(unit, low)
}

function hex4(scanner: Scanner, start: number): number {
  const digits = scanner.source.slice(scanner.position, scanner.position + 4)
  if (!/^[0-9A-Fa-f]{4}$/.test(digits)) {
    scanner.fail('\\u is followed by four hexadecimal digits.', { from: start })
  }
  scanner.position += 4
  return Number.parseInt(digits, 16)
}

/**
 * The string after `=~` or `!~`, taken raw: a backslash belongs to the pattern. The closing quote
 * is the first one not preceded by a backslash.
 */
export function rawString(scanner: Scanner): string {
  const quote = scanner.char
  const start = ++scanner.position
  while (scanner.char !== quote) {
    if (scanner.atEnd) scanner.fail('The pattern is not closed.', { from: start - 1 })
    scanner.position += scanner.char === '\\' ? 2 : 1
  }
  return scanner.source.slice(start, scanner.position++)
}
