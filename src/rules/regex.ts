import { RE2JS, RE2JSException } from 're2js'
import { LIMITS } from './limits.ts'

/** A compiled pattern. `steps` is what running it over one character costs. */
export interface Pattern {
  test(subject: string): boolean
  readonly steps: number
}

/** Why a pattern was refused; the caller knows where it stands in the filter. */
export class PatternError extends Error {
  readonly fix: string | undefined
  constructor(message: string, fix?: string) {
    super(message)
    this.fix = fix
  }
}

/**
 * Compiles a pattern in RE2 syntax, matched in time linear in the subject.
 *
 * `search` looks for the pattern anywhere, `full` wants it to cover the whole subject.
 * Patterns that are plain text, with or without anchors, run as string comparisons.
 *
 * @throws {PatternError} malformed, unsupported (look-around, back-references) or too large.
 */
export function compilePattern(pattern: string, mode: 'search' | 'full'): Pattern {
  if (pattern.length > LIMITS.patternCharacters) {
    throw new PatternError(
      `the pattern has ${pattern.length} characters; at most ${LIMITS.patternCharacters} are allowed`,
    )
  }
  const plain = asPlainText(pattern, mode)
  if (plain) return plain
  if (unfoldedSize(pattern) > UNFOLDED * LIMITS.patternProgram) throw tooLarge('thousands of')
  const compiled = compileRe2(pattern)
  const size = compiled.programSize()
  if (size > LIMITS.patternProgram) throw tooLarge(size)
  return mode === 'search'
    ? { test: (subject) => compiled.test(subject), steps: size }
    : { test: (subject) => compiled.testExact(subject), steps: size }
}

function tooLarge(size: number | string): PatternError {
  return new PatternError(
    `the pattern compiles to ${size} instructions; at most ${LIMITS.patternProgram} are allowed`,
  )
}

function compileRe2(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (error instanceof RE2JSException) {
      const reason = error.message.replace(/^error parsing regexp: /, '')
      throw new PatternError(
        `the pattern is not a valid RE2 regular expression: ${reason}`,
        fixFor(pattern),
      )
    }
    throw error
  }
}

/** What other engines have and RE2 does not, because it matches in linear time. */
function fixFor(pattern: string): string | undefined {
  if (/\(\?<?[=!]/.test(pattern)) return 'there is no look-around: join two tests with && and !~'
  return /\\[1-9]|\(\?P=/.test(pattern) ? 'there are no back-references' : undefined
}

const PLAIN = /^(\^)?((?:[\p{L}\p{N} _:;,/@#%&=<>"'`~!-]|\\[\0-/:-@[-`{-\x7f])*)(\$)?$/u

/** Patterns without operators need no automaton: `^legal_`, `legal`, `_id$`, `.*delete.*`. */
function asPlainText(pattern: string, mode: 'search' | 'full'): Pattern | undefined {
  const trimmed =
    mode === 'search' ? pattern.replace(/^(?:\.\*)+/, '').replace(/\.\*$/, '') : pattern
  const match = PLAIN.exec(trimmed)
  if (!match) return undefined
  const text = match[2]!.replace(/\\(.)/gsu, '$1')
  const fromStart = mode === 'full' || match[1] !== undefined
  const toEnd = mode === 'full' || match[3] !== undefined
  if (fromStart && toEnd) return { test: (subject) => subject === text, steps: 1 }
  if (fromStart) return { test: (subject) => subject.startsWith(text), steps: 1 }
  if (toEnd) return { test: (subject) => subject.endsWith(text), steps: 1 }
  // A text that repeats itself is compared again at each position where it may stand.
  const steps = Math.ceil((64 + text.length) / 64)
  return { test: (subject) => subject.includes(text), steps }
}

/** How much larger than its program a pattern may look: alternatives are often merged. */
const UNFOLDED = 10

/** What a pattern is made of, as far as its size goes. */
const PIECES = new RegExp(
  [
    String.raw`\\Q.*?(?:\\E|$)`, // quoted text
    String.raw`\\(?:[pPx]\{[^}]*\}|.)`, // an escape, maybe with a name or a code in braces
    String.raw`\[\^?\]?(?:\\.|\[:\w*:\]|[^\]\\])*\]`, // a class
    String.raw`\{(\d+)(?:,(\d*))?\}`, // a repetition
    String.raw`\(\?(?:P?<\w+>|[A-Za-z-]*:?)`, // a group with a name or flags
    '.',
  ].join('|'),
  'gs',
)

/**
 * About how many instructions a pattern unfolds to; `(ab{20}){30}` to 630. RE2 copies what is
 * repeated before it can tell, which takes 100 ms where 256 characters unfold to 36,000.
 */
function unfoldedSize(pattern: string): number {
  const outer: number[] = []
  let group = 0
  let last = 0
  for (const [piece, low, high] of pattern.matchAll(PIECES)) {
    if (low !== undefined) {
      const copies = Math.max(1, Number(low), Number(high || 0))
      group += last * (copies - 1)
      last *= copies
    } else if (piece.startsWith('(')) {
      outer.push(group)
      group = 0
      last = 0
    } else if (piece === ')') {
      last = group
      group += outer.pop() ?? 0
    } else if (piece !== '|') {
      last = 1
      group += piece.startsWith('\\Q') ? piece.length : 1
    }
  }
  return outer.reduce((sum, size) => sum + size, group)
}

/**
 * Rewrites an I-Regexp (RFC 9485) for RE2: outside a character class its `.` matches neither
 * line feed nor carriage return.
 */
export function fromIRegexp(pattern: string): string {
  let out = ''
  let inClass = false
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!
    if (c === '\\') {
      out += c + (pattern[++i] ?? '')
      continue
    }
    if (c === '[') inClass = true
    if (c === ']') inClass = false
    out += c === '.' && !inClass ? '[^\\n\\r]' : c
  }
  return out
}
