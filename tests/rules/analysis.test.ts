import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Catalog } from '../../src/catalog/catalog.ts'
import type { Entry, EntryDocument } from '../../src/catalog/entry.ts'
import { differenceOf, touches } from '../../src/dynamic/membership/difference.ts'
import { lookUp } from '../../src/dynamic/membership/look-up.ts'
import type { Atom } from '../../src/rules/analyse/atoms.ts'
import { guardOf, planOf } from '../../src/rules/analyse/plan.ts'
import { readsOf } from '../../src/rules/analyse/reads.ts'
import { compileFilter, type Verdict } from '../../src/rules/filter.ts'
import type { JsonObject } from '../../src/store/ports.ts'
import { record } from '../support/engine.ts'
import { runs, seenIn } from '../support/runs.ts'
import { expressions } from './expressions.ts'

const SEED = 20_261_122

const TAGS = ['a', 'b', 'x', 'y']
const LONG = 'a'.repeat(5000)

/** Tests the indexes can answer, and tests they cannot: some undecided, some that are given up. */
const indexed = fc.constantFrom(
  ...["'a' in tags", "any(tags, 'x', 'y')", "all(tags, 'a', 'b')", "source == 'up'", 'deprecated'],
  ...[
    "!('x' in tags)",
    "name == 'get'",
    "name in ['get', 'set']",
    'federated',
    'true',
    "'q' in tags",
  ],
)
const evaluated = fc.constantFrom(
  ...[
    "description =~ 'a+b'",
    "title == 'A'",
    'meta.flag',
    'meta.cost > 1',
    'len(tags) > 1',
    'false',
  ],
  ...[
    "tags[0] == 'a'",
    "source in ['up'] == deprecated",
    'has(owner)',
    "description contains 'ab'",
  ],
)
const tested = fc.oneof(indexed, evaluated, expressions)
const joined = fc.letrec((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    tested,
    fc
      .tuple(tie('filter'), fc.constantFrom('&&', '&&', '||'), tie('filter'))
      .map(([left, sign, right]) => `(${left}) ${sign} (${right})`),
    tie('filter').map((inner) => `!(${inner})`),
  ),
}))

const paths = fc.constantFrom(
  ...["$.tags[?@ == 'a']", "$.tags[?@ == 'a' || 'x' == @]", "$.tags[?@ != 'a']", '$.tags[0]'],
  ...['$.tags[?@ == $.name]', '$.deprecated', '$.federated', '$..cost', '$.meta.team', '$.*[1]'],
  ...[
    "$.tags[?@ == 'a' && @ == 'x']",
    "$['tags'][?@ == 'x']",
    '$[?@.flag]',
    '$.title',
    '$.roles[*]',
  ],
  ...[
    "$.tags[?@ =~ 'x']",
    "$.tags[?count($.tags[?@ == 'x']) == 1]",
    '$["deprecated"]',
    '$.meta[*]',
  ],
)

const filters = fc
  .oneof({ weight: 4, arbitrary: joined.filter as fc.Arbitrary<string> }, paths)
  .filter((text) => {
    try {
      compileFilter(text)
      return true
    } catch {
      return false
    }
  })

const member = {
  addedTags: fc.shuffledSubarray(TAGS),
  deprecated: fc.boolean(),
  owner: fc.constantFrom(null, 'ann'),
  roles: fc.subarray(['a', 'r']),
  meta: fc.dictionary(
    fc.constantFrom('team', 'cost', 'flag', 'list'),
    fc.constantFrom('a', 2, true, false, null),
  ),
}
const definition = {
  title: fc.constantFrom('A', 'a'),
  description: fc.constantFrom('', 'ab', LONG),
}
const records = fc
  .record({
    name: fc.constantFrom('get', 'set', 'ab', 'a'),
    source: fc.constantFrom('manual', 'up'),
    enabled: fc.constantFrom(true, true, false),
    ...member,
    definition: fc.record(definition, { requiredKeys: [] }) as unknown as fc.Arbitrary<JsonObject>,
  })
  .map(({ name, ...members }) => ({ name, members }))

/** A catalog with two sources, one of them federated. */
function catalogOf(all: readonly { name: string; members: Parameters<typeof record>[2] }[]) {
  const catalog = new Catalog()
  catalog.setSource({ id: 'up', sequence: 1, tags: ['b'], federated: true, prefix: 'p' })
  catalog.apply({
    put: all.map(({ name, members }, i) => record(`e${i}`, name, { ...members, key: `k${i}` })),
    remove: [],
  })
  return catalog
}

function holds({ field, value }: Atom, document: EntryDocument): boolean {
  return field === 'tags' ? document.tags.includes(value) : document[field] === value
}

describe('the plan of a filter', () => {
  it('leads to every entry the filter is not no_match on; an exact one is the answer', () => {
    const seen = { narrow: 0, exact: 0, guarded: 0, outside: 0 }
    const verdicts: Partial<Record<Verdict, number>> = {}
    fc.assert(
      fc.property(filters, fc.array(records, { minLength: 1, maxLength: 8 }), (text, all) => {
        const filter = compileFilter(text)
        const { plan, exact } = planOf(filter.node)
        const guard = guardOf(plan)
        const index = catalogOf(all).index('tool')
        const found = lookUp(plan, index)
        const enabled = index.list().filter(({ document }) => document.enabled)
        for (const { document, record } of enabled as Entry[]) {
          const verdict = filter.evaluate(document)
          verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
          const led = found.has(index.slotOf(record.id)!)
          if (verdict !== 'no_match') expect(led, `${text}: ${verdict}`).toBe(true)
          if (exact) expect(verdict, text).toBe(led ? 'match' : 'no_match')
          if (!led) seen.outside++
          if (led && guard) expect(guard.some((atom) => holds(atom, document))).toBe(true)
        }
        expect(found.size).toBeLessThanOrEqual(enabled.length)
        if (plan.kind !== 'any') seen.narrow++
        if (exact) seen.exact++
        if (guard) seen.guarded++
      }),
      { seed: SEED, numRuns: runs(4000) },
    )
    for (const [what, count] of Object.entries(seen))
      expect(count, what).toBeGreaterThan(seenIn(300))
    for (const verdict of ['match', 'no_match', 'undecided', 'subject'] as const) {
      expect(verdicts[verdict], verdict).toBeGreaterThan(seenIn(50))
    }
  })

  it('is given up where a filter names so many tags that an entry could exhaust it', () => {
    const tags = (count: number) => Array.from({ length: count }, (_, i) => `'t${i}'`).join(', ')
    expect(planOf(compileFilter(`any(tags, ${tags(64)})`).node).exact).toBe(true)
    expect(planOf(compileFilter(`any(tags, ${tags(65)})`).node)).toEqual({
      plan: { kind: 'any' },
      exact: false,
    })
  })
})

describe('what a filter reads', () => {
  it('is all that can change its verdict', () => {
    const seen = { untouched: 0, changed: 0 }
    const change = fc.record({ ...member, ...definition }, { requiredKeys: [] })
    fc.assert(
      fc.property(filters, records, change, (text, { name, members }, edit) => {
        const filter = compileFilter(text)
        const { title, description, ...rest } = edit
        const catalog = catalogOf([{ name, members }])
        const before = catalog.list('tool')[0]!
        const shown = Object.entries({ title, description }).filter(
          ([, value]) => value !== undefined,
        )
        const next = { ...before.record.definition, ...Object.fromEntries(shown) } as JsonObject
        catalog.apply({ put: [{ ...before.record, ...rest, definition: next }], remove: [] })
        const after = catalog.list('tool')[0]!
        const difference = differenceOf(before.document, after.document)
        const [was, is] = [filter.evaluate(before.document), filter.evaluate(after.document)]
        if (was !== is) seen.changed++
        if (touches(readsOf(filter.node), difference)) return
        seen.untouched++
        expect(is, text).toBe(was)
      }),
      { seed: SEED, numRuns: runs(8000) },
    )
    expect(seen.untouched).toBeGreaterThan(seenIn(500))
    expect(seen.changed).toBeGreaterThan(seenIn(300))
  })
})
