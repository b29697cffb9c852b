import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../src/rules/filter.ts'
import { FilterError } from '../../src/rules/filter-error.ts'
import { LIMITS } from '../../src/rules/limits.ts'
import { showMistake } from '../../src/rules/show-mistake.ts'
import { entry } from './support.ts'

const times = (text: string, count: number) => text.repeat(count)

function refusal(filter: string, language?: string): FilterError {
  try {
    compileFilter(filter, { language })
  } catch (error) {
    if (error instanceof FilterError) return error
  }
  throw new Error(`${filter} is not refused`)
}

describe('what is said of a filter beyond a bound', () => {
  const paths = times('.a', LIMITS.segments)
  it.for([
    ['  ', 'filter_empty', 0, 1, 'A filter needs some text.'],
    [
      times('a', 2050),
      'filter_too_long',
      2048,
      2,
      'The filter has 2050 characters; at most 2048 are allowed.',
    ],
    ["name == '\ud83d'", 'filter_syntax', 9, 1, 'The filter holds half of a surrogate pair.'],
    [times('(', 40), 'filter_too_deep', 32, 1, 'Brackets are nested deeper than 32 levels.'],
    [times('{', 40), 'filter_too_deep', 32, 1, 'Brackets are nested deeper than 32 levels.'],
    [`$${paths}.b`, 'filter_too_complex', 33, 2, 'A path has at most 16 segments.'],
    [`has(meta${paths})`, 'filter_too_complex', 39, 1, 'A path has at most 16 steps.'],
    [
      `name in [${times("'', ", 64)}'x']`,
      'filter_too_complex',
      265,
      3,
      'A list has at most 64 elements.',
    ],
    [
      `${times('!', 256)}enabled`,
      'filter_too_complex',
      256,
      7,
      'The filter has more than 256 nodes.',
    ],
    [
      `$[${times('0,', 255)}0]`,
      'filter_too_complex',
      512,
      1,
      'The filter has more than 256 nodes.',
    ],
  ] as const)(
    'is where it ends, and what it is: %s',
    ([filter, code, position, length, message]) => {
      expect(refusal(filter)).toMatchObject({ code, position, length, message })
    },
  )

  it('is what to write instead, for some', () => {
    expect(refusal(' ').fix).toBe("write true to match every entry of the rule's type")
    expect(refusal(`name in [${times("'', ", 64)}'x']`).fix).toBe('give those entries a tag')
  })

  it('is short, whatever the filter is, with both ends of what is wrong', () => {
    for (const name of [times('a', 1000), `a${times('😀', 500)}`, times('😀', 501)]) {
      const { message, fix } = refusal(`$[?@ == 1 && ${name}]`)
      for (const text of [message, fix!]) {
        expect(text.length).toBe(303)
        expect(text.isWellFormed()).toBe(true)
        expect(text).toContain(' … ')
      }
      expect(message.startsWith(name.slice(0, 149))).toBe(true)
      expect(fix!.endsWith("' for a text")).toBe(true)
    }
    const exact = `No entry has a field ${times('a', 278)}.`
    expect(refusal(times('a', 278)).message).toBe(exact)
  })

  it('is shown where it stands in a filter of two thousand characters', () => {
    const filter = `name == '${times('x', 1800)}' || tagz == 'y'`
    const [line, carets] = showMistake(filter, refusal(filter)).split('\n')
    expect(line!.slice(carets!.indexOf('^'), carets!.length)).toBe('tagz')
    expect(line).toMatch(/^…x+' \|\| tagz == 'y'$/)
  })
})

describe('the nodes of a filter', () => {
  /** A JSONPath has its root and its filter selector besides what is repeated. */
  const path = (part: string) => (n: number) => `$[?${Array(n).fill(part).join('||')}]`
  const expression = (part: string) => (n: number) => Array(n).fill(part).join('||')
  const most = (besides: number, each: number) => Math.floor((LIMITS.nodes - besides) / each)

  it.for([
    // The sign between two parts is a node; in expressions, || is one more.
    ['@', path('@'), most(1, 2)],
    ['!@', path('!@'), most(1, 3)],
    ['(@)', path('(@)'), most(1, 3)],
    ['@.a', path('@.a'), most(1, 3)],
    ['@==1', path('@==1'), most(1, 4)],
    ["@=='a'", path("@=='a'"), most(1, 4)],
    ['@==true', path('@==true'), most(1, 4)],
    ["@=~'a'", path("@=~'a'"), most(1, 4)],
    ['length(@)==1', path('length(@)==1'), most(1, 5)],
    ['enabled', expression('enabled'), most(0, 2)],
    ['(enabled)', expression('(enabled)'), most(0, 3)],
    ['meta.a', expression('meta.a'), most(0, 3)],
    ["name=='a'", expression("name=='a'"), most(0, 4)],
    ["name=~'a'", expression("name=~'a'"), most(0, 4)],
  ] as const)('are counted, whatever they are: %s', ([, filter, n]) => {
    expect(() => compileFilter(filter(n))).not.toThrow()
    expect(refusal(filter(n + 1)).code).toBe('filter_too_complex')
  })

  it('that follow each other are not nested', () => {
    for (const part of ['(true)', 'has(name)', "name in ['a']"]) {
      expect(() => compileFilter(Array(40).fill(part).join(' && '))).not.toThrow()
    }
    expect(refusal(times('{}', 40)).code).toBe('filter_syntax')
  })
})

describe('the work of an evaluation', () => {
  it('is subtracted from the meter: little for a small filter, all that one may take at most', () => {
    const spent = (filter: string, document: object) => {
      const meter = { left: 1_000_000 }
      compileFilter(filter).evaluate(document, undefined, meter)
      return 1_000_000 - meter.left
    }
    expect(spent('enabled', entry())).toBeGreaterThan(0)
    expect(spent('enabled', entry())).toBeLessThan(100)
    const large = entry({ tags: Array.from({ length: 260_000 }, () => 1) })
    expect(spent("'x' in tags", large)).toBe(LIMITS.steps + 1)
  })
})

describe('the language of a filter', () => {
  it('is the one it looks like, where none is said', () => {
    expect(compileFilter('enabled').language).toBe('expression')
    expect(compileFilter('$.enabled').language).toBe('jsonpath')
  })

  it('is refused by name, with what to write instead', () => {
    const hint = "write an expression: 'x' in tags && !deprecated"
    expect(refusal('true', 'python-expression')).toMatchObject({
      message:
        'There is no filter language "python-expression"; there are jsonpath and expression.',
      length: 4,
      fix: hint,
    })
    expect(refusal('true', 'Python').fix).toBe(hint)
    expect(refusal('true', times('x', 99)).message).toContain(`"${times('x', 40)}"`)
  })
})
