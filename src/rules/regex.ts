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
  const compiled = compileRe2(pattern)
  const size = compiled.programSize()
  if (size > LIMITS.patternProgram) {
    throw new PatternError(
      `the pattern compiles to ${size} instructions; at most ${LIMITS.patternProgram} are allowed`,
    )
  }
  return mode === 'search'
    ? { test: (subject) => compiled.test(subject), steps: size }
    : { test: (subject) => compiled.testExact(subject), steps: size }
}

function compileRe2(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (error instanceof RE2JSException) {
      throw new PatternError(`the pattern is not a valid RE2 regular expression: ${error.message}`)
    }
    throw error
  }
}

const PLAIN = /^(\^)?((?:[\p{L}\p{N} _:;,/@#%&=<>"'`~!-]|\\[^\p{L}\p{N}])*)(\$)?$/u

/** Patterns without operators need no automaton: `^legal_`, `legal`, `_id$`, `.*delete.*`. */
function asPlainText(pattern: string, mode: 'search' | 'full'): Pattern | undefined {
  const trimmed =
    mode === 'search' ? pattern.replace(/^(?:\.\*)+/, '').replace(/\.\*$/, '') : pattern
  const match = PLAIN.exec(trimmed)
  if (!match || (trimmed !== pattern && (match[1] || match[3]))) return undefined
  const text = match[2]!.replace(/\\(.)/gsu, '$1')
  const fromStart = mode === 'full' || match[1] !== undefined
  const toEnd = mode === 'full' || match[3] !== undefined
  if (fromStart && toEnd) return { test: (subject) => subject === text, steps: 1 }
  if (fromStart) return { test: (subject) => subject.startsWith(text), steps: 1 }
  if (toEnd) return { test: (subject) => subject.endsWith(text), steps: 1 }
  return { test: (subject) => subject.includes(text), steps: 1 }
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
