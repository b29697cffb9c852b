import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { compilePattern, fromIRegexp, PatternError } from '../../src/rules/regex.ts'

const PIECES = ['^', '$', '.*', 'a', 'b', '\\.']
const SUBJECTS = ['', 'a', 'b', 'ab', 'ba', 'aab', 'abab', 'a.b', '.', '.a', 'b.', 'xay', 'x\nb']

/** Every pattern of up to `length` pieces. */
function* patterns(length: number): Generator<string> {
  yield ''
  if (length === 0) return
  for (const rest of patterns(length - 1)) for (const piece of PIECES) yield piece + rest
}

const times = (text: string, count: number) => text.repeat(count)

describe('a pattern', () => {
  it('of plain text, anchors and .* says what RE2 says', () => {
    for (const pattern of new Set(patterns(4))) {
      const re2 = RE2JS.compile(pattern)
      const [search, full] = [compilePattern(pattern, 'search'), compilePattern(pattern, 'full')]
      for (const subject of SUBJECTS) {
        const where = JSON.stringify([pattern, subject])
        expect(search.test(subject), where).toBe(re2.test(subject))
        expect(full.test(subject), where).toBe(re2.testExact(subject))
      }
    }
  })

  it.for(['legal', '^legal_', '_id$', '^legal$', '.*delete.*', '.*.*delete', 'a\\.b', '^x.*'])(
    'of plain text costs no more than comparing texts: %s',
    (pattern) => {
      expect(compilePattern(pattern, 'search').steps).toBeLessThanOrEqual(2)
    },
  )

  const small: readonly (readonly [claim: string, pattern: string])[] = [
    ['a group after much text', `${times('a', 100)}(?:b){40}`],
    ['alternatives, which are merged', `(?:${'abcdefghijklmnop'.split('').join('|')}){180}`],
    ['a class of many characters', '(?:[abcdefghijkl]){270}'],
  ]
  it.for(small)('is accepted that only looks large: %s', ([, pattern]) => {
    expect(() => compilePattern(pattern, 'search')).not.toThrow()
  })

  const large: readonly (readonly [claim: string, pattern: string])[] = [
    ['a group of much text', `(?:${times('a', 100)}){1000}`],
    ['quoted text', `(?:\\Q${times('+', 100)}\\E){1000}`],
    ['many characters that need not be there', times('x{0,1000}', 28)],
  ]
  it.for(large)('is refused before it is unfolded: %s', ([, pattern]) => {
    expect(() => compilePattern(pattern, 'search')).toThrow('thousands of instructions')
  })

  it('that is too long is refused with both lengths', () => {
    const message = 'the pattern has 257 characters; at most 256 are allowed'
    expect(() => compilePattern(times('a', 257), 'search')).toThrow(message)
  })

  it('of RFC 9485 has a dot for all but the ends of lines, and an ordinary one in classes', () => {
    const matches = (pattern: string, subject: string) =>
      compilePattern(fromIRegexp(pattern), 'full').test(subject)
    expect(['x', '\n', '\r'].map((subject) => matches('.', subject))).toEqual([true, false, false])
    expect(['ax', 'a\r'].map((subject) => matches('[a].', subject))).toEqual([true, false])
    expect(['.', 'x', '\\'].map((subject) => matches('[.]', subject))).toEqual([true, false, false])
    expect(['.', 'x'].map((subject) => matches('\\.', subject))).toEqual([true, false])
    expect(() => matches('a\\', 'a')).toThrow(PatternError)
  })
})
