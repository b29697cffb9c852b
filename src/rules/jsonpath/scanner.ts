import { FilterError, type FilterErrorCode } from '../filter-error.ts'
import { LIMITS } from '../limits.ts'

const DIGIT = /[0-9]/
/** RFC 9535, 2.5.1.1: name-first = ALPHA / "_" / non-ASCII Unicode scalar values. */
const NAME_FIRST = /[A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]/u
const NAME_CHAR = /[A-Za-z0-9_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]/u

/** Reads the terminals of RFC 9535 from a filter and counts the nodes built from them. */
export class Scanner {
  readonly source: string
  position = 0
  #nodes = 0

  constructor(source: string) {
    this.source = source
  }

  /** The character at the cursor, or the empty string at the end. */
  get char(): string {
    return this.source[this.position] ?? ''
  }

  get atEnd(): boolean {
    return this.position >= this.source.length
  }

  looksAt(text: string): boolean {
    return this.source.startsWith(text, this.position)
  }

  take(text: string): boolean {
    if (!this.looksAt(text)) return false
    this.position += text.length
    return true
  }

  expect(text: string, where: string): void {
    if (!this.take(text)) this.fail(`Expected ${text} ${where}, found ${this.found()}.`)
  }

  /** RFC 9535 blank space: space, tab, line feed, carriage return. */
  blank(): void {
    while (' \t\n\r'.includes(this.char) && !this.atEnd) this.position++
  }

  found(): string {
    if (this.atEnd) return 'the end of the filter'
    return `'${String.fromCodePoint(this.source.codePointAt(this.position)!)}'`
  }

  fail(
    message: string,
    at: { from?: number; to?: number; fix?: string | undefined; code?: FilterErrorCode } = {},
  ): never {
    const position = at.from ?? this.position
    const end = at.to ?? this.position
    throw new FilterError(at.code ?? 'filter_syntax', message, {
      position: Math.min(position, this.source.length),
      length: Math.max(1, end - position),
      fix: at.fix,
    })
  }

  /** Counts one node of the parsed filter against the bound. */
  node(at: number = this.position): void {
    if (++this.#nodes > LIMITS.nodes) {
      this.fail(`The filter has more than ${LIMITS.nodes} nodes.`, {
        from: at,
        code: 'filter_too_complex',
      })
    }
  }

  /** member-name-shorthand, or undefined when none starts here. */
  name(): string | undefined {
    const start = this.position
    let expected = NAME_FIRST
    while (!this.atEnd) {
      const c = String.fromCodePoint(this.source.codePointAt(this.position)!)
      if (!expected.test(c)) break
      expected = NAME_CHAR
      this.position += c.length
    }
    return this.position > start ? this.source.slice(start, this.position) : undefined
  }

  digits(): string {
    const start = this.position
    while (DIGIT.test(this.char)) this.position++
    return this.source.slice(start, this.position)
  }

  /** int: no leading zeros, no "-0", within the interoperable range of I-JSON (RFC 9535, 2.1). */
  integer(): number {
    const start = this.position
    const negative = this.take('-')
    const digits = this.digits()
    if (digits === '') this.fail(`Expected an integer, found ${this.found()}.`)
    if ((digits.length > 1 && digits[0] === '0') || (negative && digits === '0')) {
      this.fail('An integer has no leading zero and is not -0.', { from: start })
    }
    const value = Number(this.source.slice(start, this.position))
    if (!Number.isSafeInteger(value)) {
      this.fail('The integer is outside -(2^53)+1 to (2^53)-1.', { from: start })
    }
    return value
  }

  /** number = (int / "-0") [frac] [exp]. */
  number(): number {
    const start = this.position
    this.take('-')
    const digits = this.digits()
    if (digits === '') this.fail(`Expected a number, found ${this.found()}.`)
    if (digits.length > 1 && digits[0] === '0') {
      this.fail('A number has no leading zero.', { from: start })
    }
    if (this.take('.') && this.digits() === '') {
      this.fail('A decimal point is followed by a digit.', { from: start })
    }
    if (this.take('e') || this.take('E')) {
      if (!this.take('-')) this.take('+')
      if (this.digits() === '') this.fail('An exponent has at least one digit.', { from: start })
    }
    const value = Number(this.source.slice(start, this.position))
    if (!Number.isFinite(value)) this.fail('The number is too large.', { from: start })
    return value
  }
}
