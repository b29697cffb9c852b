import { describe, expect, it } from 'vitest'
import { edited } from '../../src/rules/explain/edit.ts'
import { showValue } from '../../src/rules/explain/show-value.ts'
import { suggestChanges } from '../../src/rules/explain/suggest.ts'
import { traceBudget, traceFilter } from '../../src/rules/explain/trace.ts'
import { compileFilter } from '../../src/rules/filter.ts'
import { entry } from './support.ts'

function suggested(source: string, document: object, wanted: boolean) {
  const filter = compileFilter(source)
  const traced = traceFilter(filter, document, traceBudget())
  return suggestChanges(traced, wanted, filter, { document, federated: false }).changes
}

describe('a value', () => {
  it.each([
    [undefined, 'missing'],
    [null, 'null'],
    [[], '[]'],
    [{}, '{}'],
    [[[[]]], '[[[]]]'],
    [[[[1]]], '[[[…]]]'],
    [{ a: { b: {} } }, '{a: {b: {}}}'],
    [{ a: { b: { c: 1 } } }, '{a: {b: {…}}}'],
    [{ a: 1, 'b c': 2, 'd!': 3, '!e': 4 }, "{a: 1, 'b c': 2, 'd!': 3, '!e': 4}"],
    [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }, '{a: 1, b: 2, c: 3, d: 4, … 2 more}'],
    [[1, 2, 3, 4, 5, 6, 7, 8], '[1, 2, 3, 4, 5, 6, 7, 8]'],
    ['x'.repeat(80), `'${'x'.repeat(80)}'`],
    ['x'.repeat(81), `'${'x'.repeat(80)}…'`],
    [`${'x'.repeat(79)}😀`, `'${'x'.repeat(79)}…'`],
    [`${'x'.repeat(79)}\u{10ffff}y`, `'${'x'.repeat(79)}…'`],
    [`${'x'.repeat(78)}😀y`, `'${'x'.repeat(78)}😀…'`],
    [`${'x'.repeat(79)}éy`, `'${'x'.repeat(79)}é…'`],
  ])('%j is shown as %s', (value, shown) => {
    expect(showValue(value)).toBe(shown)
  })
})

describe('a change', () => {
  it.each([
    ["'x' in tags"],
    ["any(tags, 'x', 'y')"],
    ["all(tags, 'x', 'y')"],
    ["!('finance' in tags)"],
    ["!any(tags, 'read', 'x', 'finance')"],
    ["'x' in meta.new.list"],
    ["!('ledger' in description)"],
    ["'x' in meta.team"],
    ["meta.new.deep == 'x'"],
    ["meta.__proto__.x == 'x'"],
    ["name in ['a', 'b']"],
    ['!has(meta.team)'],
    ['has(meta.new)'],
    ["startsWith(name, 'x')"],
    ['meta.cost != 3'],
    ['meta.cost < 3 && meta.cost < 9'],
    ['meta.cost > 3'],
    ['meta.cost >= 4'],
    ["meta.team > 'm'"],
    ["meta.team < 'b'"],
    ['meta.new != null'],
    ["$.tags[?@ == 'x']"],
    ['$.title'],
    ['!(meta.cost <= 3)'],
  ])('is enough for %s when it is done', (source) => {
    const changes = suggested(source, entry(), true)
    const edits = changes.flatMap(({ edit }) => edit ?? [])
    const after = edited(entry(), edits)
    const filter = compileFilter(source)
    expect([filter.evaluate(entry()), filter.evaluate(after)]).toEqual(['no_match', 'match'])
  })

  it.each([
    ["meta.list.x == 'a'"],
    ["'a' in meta.team.x"],
    ["meta.list[7] == 'a'"],
    ["meta.list[7].x == 'a'"],
  ])('leaves an entry as it is where %s finds no place', (source) => {
    const changes = suggested(source, entry(), true)
    const edits = changes.flatMap(({ edit }) => edit ?? [])
    expect(edited(entry(), edits)).toEqual(entry())
  })

  it('prefers what others do not know the entry by, and says each change once', () => {
    const change = (source: string) => suggested(source, entry(), true).map(({ text }) => text)
    expect(change("name == 'x' || meta.team == 'x'")).toEqual([
      "set meta.team to 'x' (it is 'ledger')",
    ])
    expect(change("uri == 'x' || meta.team == 'x'")).toHaveLength(1)
    expect(change("uri == 'x' || meta.team == 'x'")[0]).toContain('meta.team')
    expect(change("name == 'x' || ('a' in tags && 'b' in tags)")).toHaveLength(2)
    expect(change("('a' in tags && 'b' in tags) || name == 'x'")).toHaveLength(2)
    expect(change("'x' in tags && any(tags, 'x')")).toEqual(["add the tag 'x'"])
    expect(change('false || deprecated')).toEqual(['set deprecated to true'])
  })

  it('says what to do about filters that take too much', () => {
    const long = entry({ description: 'x'.repeat(5000) })
    expect(suggested("lower(description) =~ 'a+'", long, true)[0]!.text).toBe(
      "shorten what lower(description) =~ 'a+' looks at: it is too long for a pattern",
    )
    const heavy = entry({ inputSchema: { list: Array.from({ length: 300 }, (_, i) => ({ i })) } })
    expect(suggested('$..[?count($..*) > 100000]', heavy, true)[0]!.text).toBe(
      'make $..[?count($..*) > 100000] simpler: it takes too much work',
    )
  })
})

describe('a list that is changed', () => {
  it('keeps what else is in it', () => {
    const changed = (source: string, wanted: boolean) => {
      const edits = suggested(source, entry(), wanted).flatMap(({ edit }) => edit ?? [])
      return edited(entry(), edits) as { tags: unknown; meta: { list: unknown; new?: unknown } }
    }
    expect(changed("'x' in tags", true).tags).toEqual(['finance', 'read', 'x'])
    expect(changed("'finance' in tags", false).tags).toEqual(['read'])
    expect(changed('2 in meta.list', false).meta.list).toEqual([1, 3])
    expect(changed("'x' in meta.new", true).meta.new).toEqual(['x'])
  })
})
