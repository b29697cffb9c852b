import { FilterError, type FilterErrorCode } from '../filter-error.ts'
import type { Span } from '../ir.ts'
import { slashedPattern } from '../slashed-pattern.ts'

export type TokenKind = 'name' | 'number' | 'string' | 'sign' | 'end'

export interface Token extends Span {
  readonly kind: TokenKind
  /** The text of a name or sign; the decoded value of a string. */
  readonly text: string
  readonly value?: number
}

const SIGNS = ['&&', '||', '==', '!=', '<=', '>=', '=~', '!~', '!', '<', '>', '(', ')', '[', ']']
const MORE_SIGNS = [',', '.', '?', ':', '-']

/** Signs of other languages, and what they are called here. Longer ones first. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['===', 'write =='],
  ['!==', 'write !='],
  ['<>', 'write !='],
  ['?.', 'write . alone: a missing member is null'],
  ['??', 'a missing member is null: compare it with == null'],
  ['=>', 'write >='],
  ['=', 'write =='],
  ['&', 'write &&'],
  ['|', 'write ||'],
  ['~', 'write =~'],
]

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '/': '/',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

// Sticky: a word or number of any length is one token, found without copying the rest.
const NAME = /[A-Za-z0-9_]+/y
const NUMBER = /[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]*)?[A-Za-z0-9_]*/y

/** Splits an expression into tokens, one at a time: what a string means depends on what is before it. */
export class Lexer {
  readonly source: string
  #position = 0

  constructor(source: string) {
    this.source = source
  }

  /** The next token. With `raw` a string is a pattern: its backslashes are kept. */
  next({ raw }: { raw: boolean }): Token {
    while (/\s/.test(this.source[this.#position] ?? '')) this.#position++
    const start = this.#position
    const c = this.source[start]
    if (c === undefined) return { kind: 'end', text: '', start, end: start }
    if (/[A-Za-z_]/.test(c)) {
      const text = this.#take(NAME)
      return this.#token('name', text, start + text.length)
    }
    if (/[0-9]/.test(c) || (c === '.' && /[0-9]/.test(this.source[start + 1] ?? ''))) {
      return this.#number()
    }
    if (c === "'" || c === '"') return this.#string(c, raw)
    return this.#sign(c, raw)
  }

  fail(code: FilterErrorCode, message: string, span: Span, fix?: string): never {
    throw new FilterError(code, message, {
      position: span.start,
      length: span.end - span.start,
      fix,
    })
  }

  #token(kind: TokenKind, text: string, end: number, value?: number): Token {
    const start = this.#position
    this.#position = end
    return value === undefined ? { kind, text, start, end } : { kind, text, value, start, end }
  }

  #take(shape: RegExp): string {
    shape.lastIndex = this.#position
    return shape.exec(this.source)![0]
  }

  #number(): Token {
    const start = this.#position
    const text = this.#take(NUMBER)
    const span = { start, end: start + text.length }
    if (!/^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(text)) {
      this.fail('filter_syntax', `${text} is not a number.`, span, numberFix(text))
    }
    const value = Number(text)
    if (!Number.isFinite(value)) this.fail('filter_syntax', `${text} is too large a number.`, span)
    return this.#token('number', text, span.end, value)
  }

  #string(quote: string, raw: boolean): Token {
    const start = this.#position
    let text = ''
    let i = start + 1
    while (this.source[i] !== quote) {
      if (i >= this.source.length) {
        const span = { start, end: this.source.length }
        this.fail('filter_syntax', 'The text is not closed.', span, `add ${quote} at its end`)
      }
      if (this.source[i] !== '\\') {
        text += this.source[i++]
        continue
      }
      const length = raw ? 2 : this.#escapeLength(i)
      text += raw ? this.source.slice(i, i + 2) : this.#unescape(i, length)
      i += length
    }
    return this.#token('string', text, i + 1)
  }

  #escapeLength(at: number): number {
    return this.source[at + 1] === 'u' ? 6 : 2
  }

  #unescape(at: number, length: number): string {
    const escaped = this.source.slice(at, at + length)
    const c = escaped[1] ?? ''
    if (/^\\u[0-9A-Fa-f]{4}$/.test(escaped)) {
      return String.fromCharCode(Number.parseInt(escaped.slice(2), 16))
    }
    if (Object.hasOwn(ESCAPES, c)) return ESCAPES[c]!
    return this.fail(
      'filter_syntax',
      `${escaped} is not an escape.`,
      { start: at, end: at + length },
      `write \\\\${c} for a backslash; only the pattern after =~ keeps its backslashes`,
    )
  }

  #sign(c: string, raw: boolean): Token {
    const start = this.#position
    const rest = this.source.slice(start, start + 3)
    if (raw && c === '/') {
      const { length, fix } = slashedPattern(this.source, start)
      const span = { start, end: start + length }
      this.fail('filter_syntax', 'A pattern stands in quotes.', span, fix)
    }
    const foreign = FOREIGN.find(([sign]) => rest.startsWith(sign))
    const ours = [...SIGNS, ...MORE_SIGNS].find((sign) => rest.startsWith(sign))
    if (foreign && (ours === undefined || foreign[0].length > ours.length)) {
      const span = { start, end: start + foreign[0].length }
      this.fail('filter_syntax', `${foreign[0]} is not an operator.`, span, foreign[1])
    }
    if (ours) return this.#token('sign', ours, start + ours.length)
    const character = String.fromCodePoint(this.source.codePointAt(start)!)
    return this.fail(
      'filter_syntax',
      `${JSON.stringify(character)} has no meaning in an expression.`,
      { start, end: start + character.length },
      strayFix(character),
    )
  }
}

function numberFix(text: string): string | undefined {
  if (text.startsWith('.')) return `write 0${text}`
  return /^0[0-9]/.test(text) ? 'write it without the leading zero' : undefined
}

function strayFix(character: string): string | undefined {
  if (character === '$') return 'a JSONPath starts with $ at the very beginning'
  if (character === '@') return '@ belongs to JSONPath: name the field itself'
  if (character === '`') return 'write texts in \' or "'
  if ('“”‘’'.includes(character)) return 'write texts in straight quotes, \' or "'
  if (character === ';' || character === '#') return 'a filter is one expression, without comments'
  if (character === '/') return "write a pattern as name =~ '…'; expressions do not calculate"
  return '+*%'.includes(character) ? 'expressions do not calculate' : undefined
}
