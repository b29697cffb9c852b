import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../src/rules/filter.ts'
import { FilterError } from '../../src/rules/filter-error.ts'
import { showMistake } from '../../src/rules/show-mistake.ts'
import { runs, seenIn } from '../support/runs.ts'
import { HOSTILE_FILTERS } from './hostile-corpus.ts'

function mistakeIn(filter: string): FilterError {
  try {
    compileFilter(filter)
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
  throw new Error(`${filter} is right`)
}

const shown = (filter: string) => showMistake(filter, mistakeIn(filter)).split('\n')

const RTL = '\u202e'
const ESC = '\u001b'

/** Whatever moves the cursor, colours the terminal, hides or turns text around. */
const GARBLING = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{M}{3}/u

describe('a mistake is shown', () => {
  it.for([
    ['under the text that is wrong', "name === 'x'", "name === 'x'", '     ^^^'],
    ['after the end when something is missing', 'name ==', 'name ==', '       ^'],
    [
      'on one line, when the filter has several',
      "'x' in tags\n\tand enabled",
      "'x' in tags␊␉and enabled",
      '             ^^^',
    ],
    ['below wide characters', "name == '日本' = 1", "name == '日本' = 1", '               ^'],
    ['below emoji', "name == '😀' = 1", "name == '😀' = 1", '             ^'],
    ['below combined letters', "name == 'e\u0301' = 1", "name == 'e\u0301' = 1", '            ^'],
    [
      'with overrides of direction spelled out',
      `name == '${RTL}x' = 1`,
      "name == '<U+202E>x' = 1",
      '                    ^',
    ],
    [
      'with escapes spelled out',
      `name == '${ESC}[2J' = 1`,
      "name == '␛[2J' = 1",
      '               ^',
    ],
    [
      'with deleted characters spelled out',
      "name == '\u007f' = 1",
      "name == '␡' = 1",
      '            ^',
    ],
    ['with spaces that are none', 'name\u00a0= 1', 'name<U+00A0>= 1', '            ^'],
    [
      'with no more than two marks on a letter',
      `name == 'a${'\u0301'.repeat(4)}' = 1`,
      "name == 'a\u0301\u0301<U+0301><U+0301>' = 1",
      `${' '.repeat(28)}^`,
    ],
  ] as const)('%s', ([, filter, line, carets]) => {
    expect(shown(filter)).toEqual([line, carets])
  })

  it('with what is around it, when the filter is long', () => {
    const long = `name == '${'a'.repeat(500)}' = enabled && name == '${'b'.repeat(500)}'`
    const [line, carets] = shown(long)
    expect(line).toMatch(/^…a{34}' = enabled && name == 'b+…$/)
    expect([...line!]).toHaveLength(74)
    expect(line![carets!.length - 1]).toBe('=')
    const [start, below] = shown(`tag == '${'a'.repeat(500)}'`)
    expect([start!.slice(0, 12), start!.at(-1), below]).toEqual(["tag == 'aaaa", '…', '^^^'])
    const [end] = shown(`name == '${'a'.repeat(500)}' and true`)
    expect(end).toMatch(/^…a{62}' and true$/)
  })

  it('whatever the filter is, in two short lines that hold nothing that garbles them', () => {
    const hostile = fc.constantFrom(...HOSTILE_FILTERS.map(({ filter }) => filter))
    const noise = fc.string({ unit: 'binary', maxLength: 200 })
    const odd = fc.constantFrom(RTL, ESC, '\u0301', '\u200d', '\u2028', '日', '😀', '\ud800', '\r')
    const spliced = fc
      .tuple(hostile, fc.nat(100), fc.array(fc.oneof(odd, noise), { maxLength: 8 }))
      .map(([text, at, parts]) => text.slice(0, at) + parts.join('') + text.slice(at))
    let seen = 0
    fc.assert(
      fc.property(fc.oneof(spliced, noise), (filter) => {
        try {
          compileFilter(filter)
        } catch (error) {
          const { message, fix = '' } = error as FilterError
          const lines = showMistake(filter, error as FilterError).split('\n')
          expect(lines).toHaveLength(2)
          expect(lines[1]).toMatch(/^ *\^+$/)
          expect(lines[1]!.length).toBeLessThanOrEqual(76)
          for (const text of [lines[0]!, message, fix]) expect(text).not.toMatch(GARBLING)
          expect(message.length + fix.length).toBeLessThan(700)
          seen++
        }
      }),
      { seed: 20_261_120, numRuns: runs(2000) },
    )
    expect(seen).toBeGreaterThan(seenIn(1000))
  })
})

describe('a pattern between slashes', () => {
  it.for([
    ['name =~ /^a/', "write '^a'"],
    ['name =~ /a/gi', "write '(?i)a'"],
    ['name =~ /a/ims', "write '(?ims)a'"],
    ['name =~ /a\\/b\\d/', "write 'a/b\\d'"],
    ["name =~ /it's/", 'write "it\'s"'],
    ['name =~ /\'"/', "write '\\'\"'"],
    ['name =~ /a', 'put the pattern in quotes'],
  ] as const)('%s is answered with %s, which is right', ([filter, fix]) => {
    expect(mistakeIn(filter).fix).toBe(fix)
    expect(mistakeIn(`$[?$.${filter}]`).fix).toBe(fix)
    if (!fix.startsWith('write')) return
    expect(() => compileFilter(`name =~ ${fix.slice('write '.length)}`)).not.toThrow()
  })
})

describe('a name that is nearly a field', () => {
  it.for([
    ['nme', 'did you mean name?'],
    ['nmae', 'did you mean name?'],
    ['descripton', 'did you mean description?'],
    ['Tags', 'did you mean tags?'],
    ['tag', 'write tags'],
    ['zzz', "write 'zzz' for a text; free metadata is under meta"],
    ['tools', 'a filter sees one entry: write its fields alone, such as name'],
  ])('%s is answered with %s', ([name, fix]) => {
    expect(mistakeIn(`has(${name})`)).toMatchObject({ code: 'filter_unknown_field', fix })
  })
})

describe('what somebody brings from another language', () => {
  it.for([
    ["tag == 'finance'", 'write tags'],
    ["tags == 'finance'", "write 'finance' in tags"],
    ["tags has 'finance'", 'write contains'],
    ["tags.includes('finance')", "write 'x' in tags"],
    [
      "tags contains ('a', 'b')",
      "a list stands in brackets: name in ['a', 'b']; for tags write any(tags, 'a', 'b')",
    ],
    [
      "name in 'a', 'b'",
      "a list stands in brackets: name in ['a', 'b']; for tags write any(tags, 'a', 'b')",
    ],
    ["name like 'legal%'", 'write glob(name, …) or =~'],
    ["name.startsWith('legal_')", 'write startsWith(name, …)'],
    ['name == legal_search', "write 'legal_search' for a text; free metadata is under meta"],
    ['not deprecated', 'write !'],
    ["deprecated and 'x' in tags", 'write &&'],
    ["len(tags) > '3'", 'write 3, without quotes'],
    ["deprecated == 'true'", 'write true, without quotes'],
    ['name == 5', "write '5'"],
    ['created_at > 2024-01-01', "write '2024-01-01'"],
    ["!tags contains 'x'", 'write !(tags contains …)'],
    ['readOnlyHint', 'write annotations.readOnlyHint'],
    ["$tags[?@ == 'x']", 'write $. before a name'],
    ["$.tags[*] == 'x'", "put the test in brackets: $.tags[?@ == 'x']"],
    ["$.tags[?(@ = 'x')]", 'write =='],
    ["$.tags[?(@ == 'x')", 'write ] at its end'],
  ])('%s is answered with: %s', ([filter, fix]) => {
    expect(mistakeIn(filter!).fix).toBe(fix)
  })
})
