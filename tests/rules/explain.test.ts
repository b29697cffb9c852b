import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { edited } from '../../src/rules/explain/edit.ts'
import { showValue } from '../../src/rules/explain/show-value.ts'
import { suggestChanges } from '../../src/rules/explain/suggest.ts'
import {
  type Clause,
  presentClause,
  type Traced,
  traceBudget,
  traceFilter,
} from '../../src/rules/explain/trace.ts'
import { compileFilter, type Verdict } from '../../src/rules/filter.ts'
import { runs, seenIn } from '../support/runs.ts'
import { entries, expressions } from './expressions.ts'
import { conditions, documents } from './queries.ts'
import { entry } from './support.ts'

const SEED = 20_261_121

const VALUES: Readonly<Record<Verdict, Clause['value']>> = {
  match: 'true',
  no_match: 'false',
  undecided: 'undecided',
  exhausted: 'exhausted',
  subject: 'subject',
}

function clauseOf(source: string, document: object): Clause {
  const filter = compileFilter(source)
  return presentClause(traceFilter(filter, document, traceBudget()), filter, document)
}

function suggested(source: string, document: object, wanted: boolean, federated = false) {
  const filter = compileFilter(source)
  const traced = traceFilter(filter, document, traceBudget())
  return suggestChanges(traced, wanted, filter, { document, federated }).changes
}

/** What Kleene's logic makes of the parts of a clause; undefined where it has none. */
function combined({ node, parts }: Traced): Clause['value'] | undefined {
  const values = parts.map(({ value }) => value)
  switch (node.kind) {
    case 'and':
      if (values.includes('false')) return 'false'
      return values.includes('undecided') ? 'undecided' : 'true'
    case 'or':
      if (values.includes('true')) return 'true'
      return values.includes('undecided') ? 'undecided' : 'false'
    case 'not':
      if (values[0] === 'undecided') return 'undecided'
      return values[0] === 'true' ? 'false' : 'true'
    case 'conditional':
      if (values[0] === 'undecided') return 'undecided'
      return values[0] === 'true' ? values[1] : values[2]
    default:
      return undefined
  }
}

describe('the clauses of a filter', () => {
  it('come out as the filter does, and add up to it', () => {
    const seen: Partial<Record<Verdict, number>> = {}
    const check = (traced: Traced): void => {
      const sum = combined(traced)
      if (sum !== undefined) expect(traced.value).toBe(sum)
      traced.parts.forEach(check)
    }
    fc.assert(
      fc.property(expressions, entries, (source, document) => {
        const filter = compileFilter(source)
        const before = JSON.stringify(document)
        const traced = traceFilter(filter, document, traceBudget())
        const verdict = filter.evaluate(document)
        seen[verdict] = (seen[verdict] ?? 0) + 1
        expect(traced.value, source).toBe(VALUES[verdict])
        check(traced)
        presentClause(traced, filter, document)
        expect(JSON.stringify(document)).toBe(before)
      }),
      { seed: SEED, numRuns: runs(2000) },
    )
    for (const verdict of ['match', 'no_match', 'undecided'] as const) {
      expect(seen[verdict] ?? 0, verdict).toBeGreaterThan(seenIn(50))
    }
  })

  it('come out as JSONPath filters do', () => {
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(conditions, documents, (condition, document) => {
        const filter = compileFilter(`$[?${condition}]`)
        const json = document as object
        const { value } = traceFilter(filter, json, traceBudget())
        expect(value).toBe(VALUES[filter.evaluate(json)])
        if (value === 'true' || value === 'false') seen[value]++
      }),
      { seed: SEED, numRuns: runs(1000) },
    )
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(seenIn(50))
  })

  it('show the values they look at, and where they stand', () => {
    const source = "name == 'x' || (!has(meta.team) && enabled)"
    const clause = clauseOf(source, entry())
    expect(clause).toMatchObject({
      kind: 'or',
      value: 'false',
      clauses: [
        {
          source: "name == 'x'",
          value: 'false',
          reads: [{ path: 'name', value: "'get_invoice'" }],
        },
        {
          source: '(!has(meta.team) && enabled)',
          span: { start: 15, end: source.length },
          clauses: [
            { clauses: [{ reads: [{ path: 'meta.team', value: "'ledger'" }] }] },
            { value: 'true', reads: [{ path: 'enabled', value: 'true' }] },
          ],
        },
      ],
    })
    expect(clauseOf("$.tags[?@ == 'x' && $.meta.cost > 1]", entry())).toMatchObject({
      kind: 'selects',
      value: 'false',
      reads: [
        { path: 'tags', value: "['finance', 'read']" },
        { path: 'meta.cost', value: '3' },
      ],
    })
  })

  it('split the test of elements too, and say which parts some element fits', () => {
    const source = "$.tags[?(@ == 'finance' || @ == 'risk') && @ != 'read']"
    expect(clauseOf(source, entry())).toMatchObject({
      kind: 'selects',
      value: 'true',
      elements: [
        {
          kind: 'or',
          source: "(@ == 'finance' || @ == 'risk')",
          value: 'true',
          elements: [
            { kind: 'compare', source: "@ == 'finance'", value: 'true' },
            { source: "@ == 'risk'", value: 'false' },
          ],
        },
        { source: "@ != 'read'", value: 'true' },
      ],
    })
    expect(clauseOf("$.tags[?@ == 'finance']", entry()).elements).toBeUndefined()
    const negated = clauseOf("$.tags[?!(@ == 'finance')]", entry())
    expect(negated.elements).toMatchObject([{ source: "(@ == 'finance')", value: 'true' }])
    const patterns = clauseOf("$.tags[?@ =~ 'fin' && @ !~ 'x']", entry())
    expect(patterns.elements).toMatchObject([{ source: "@ =~ 'fin'" }, { source: "@ !~ 'x'" }])
  })

  it('say which of them takes too much work or reads a text that is too long', () => {
    const long = entry({ description: 'x'.repeat(5000) })
    expect(clauseOf("!deprecated && description =~ 'a'", long)).toMatchObject({
      value: 'subject',
      clauses: [{ value: 'true' }, { value: 'subject' }],
    })
    const heavy = entry({ inputSchema: { list: Array.from({ length: 300 }, (_, i) => ({ i })) } })
    expect(clauseOf('$..[?count($..*) > 100000]', heavy).value).toBe('exhausted')
  })

  it('are cut off, and say so, when an answer has enough of them', () => {
    const filter = compileFilter(Array.from({ length: 30 }, () => '!enabled').join(' || '))
    const budget = { ...traceBudget(), clauses: 10 }
    const clause = presentClause(traceFilter(filter, entry(), budget), filter, entry())
    expect(clause).toMatchObject({ value: 'false', cut: true })
    expect(clause.clauses).toBeUndefined()
    const spent = traceFilter(filter, entry(), { left: -1, clauses: 100 })
    expect(spent).toMatchObject({ cut: true, parts: [] })
    const single = traceFilter(compileFilter('enabled'), entry(), { left: -1, clauses: 0 })
    expect(single).toMatchObject({ cut: false, value: 'true' })
  })

  it('take from what an answer may take: what they cost and what compiling them does', () => {
    const spent = (source: string, document: object) => {
      const budget = traceBudget()
      const { left } = budget
      traceFilter(compileFilter(source), document, budget)
      return left - budget.left
    }
    expect(spent('enabled && !deprecated', entry())).toBeGreaterThan((7 + 11 + 10) * 500)
    expect(spent('enabled && !deprecated', entry())).toBeLessThan((7 + 11 + 10) * 500 + 100)
    const heavy = entry({ inputSchema: { list: Array.from({ length: 300 }, (_, i) => ({ i })) } })
    expect(compileFilter('$..[?count($..*) > 100000]').evaluate(heavy)).toBe('exhausted')
    expect(spent('$..[?count($..*) > 100000]', heavy)).toBe(250_001)
  })
})

describe('values in an explanation', () => {
  it('are bounded, on one line, with nothing hidden', () => {
    const hostile = `a\u001b[31m\n\u202e'${'x'.repeat(500)}`
    expect(showValue(hostile)).toMatch(/^'a␛\[31m␊<U\+202E>\\'x+…'$/)
    expect(showValue('😀'.repeat(60))).not.toContain('U+D83D')
    const nested = { a: { b: { c: 1 } }, 'x\u0000y': Array.from({ length: 50 }, () => hostile) }
    const shown = showValue({ nested, list: Array.from({ length: 50 }, () => nested) })
    expect(shown.length).toBeLessThan(2000)
    expect(shown).not.toMatch(/\p{Cc}/u)
    expect(showValue([1, 2, 3, 4, 5, 6, 7, 8, 9, null])).toBe('[1, 2, 3, 4, 5, 6, 7, 8, … 2 more]')
  })
})

const starting = "give name a text that starts with 'x' (it is 'get_invoice')"

describe('what would have to change', () => {
  it.each([
    ["'x' in tags", true, "add the tag 'x'"],
    ["'finance' in tags", false, "remove the tag 'finance'"],
    ["$.tags[?@ == 'x']", true, "add the tag 'x'"],
    ["$.tags[?@ == 'read' || @ == 'x']", false, "remove the tag 'read'"],
    ["any(tags, 'x', 'y')", true, "add one of the tags 'x', 'y'"],
    ["all(tags, 'finance', 'x', 'y')", true, "add the tags 'x', 'y'"],
    ["'x' in roles", true, "add 'x' to roles"],
    ['deprecated', true, 'set deprecated to true'],
    ['!enabled', true, 'set enabled to false'],
    ['annotations.readOnlyHint == true', false, 'set annotations.readOnlyHint to false'],
    ["meta.team == 'risk'", true, "set meta.team to 'risk' (it is 'ledger')"],
    ["meta.team != 'ledger'", true, "make meta.team other than 'ledger' (it is 'ledger')"],
    ['meta.cost < 2', true, 'make meta.cost less than 2 (it is 3)'],
    ['2 < meta.cost', false, 'make meta.cost at most 2 (it is 3)'],
    ["name =~ '^risk_'", true, "give name a text that matches '^risk_' (it is 'get_invoice')"],
    [
      "startsWith(name, 'get_')",
      false,
      "give name a text that does not start with 'get_' (it is 'get_invoice')",
    ],
    ["name in ['a', 'b']", true, "set name to one of 'a', 'b' (it is 'get_invoice')"],
    [
      "'ledger' in description",
      false,
      "take 'ledger' out of description (it is 'Reads one invoice of the ledger')",
    ],
    ['has(title)', true, 'give title a value'],
    ["source == 'github'", true, "set source to 'github' (it is 'billing'), which never changes"],
    ['len(tags) > 5', true, "make len(tags) > 5 true (tags is ['finance', 'read'])"],
    ['false', true, 'write another filter: false is the same for every entry'],
    ["name in ['get_invoice']", false, "set name to something else than 'get_invoice'"],
    [
      "!(name in ['a', 'get_invoice'])",
      true,
      "set name to something else than one of 'a', 'get_invoice'",
    ],
    ['$.title', true, 'give title a value'],
    ['$.description', false, "remove description (it is 'Reads one invoice of the ledger')"],
    ['has(meta.team)', false, "remove meta.team (it is 'ledger')"],
    ["!(startsWith(name, 'x'))", false, starting],
    ["startsWith(name, 'x')", true, starting],
    ["endsWith(name, 'x')", true, "give name a text that ends with 'x' (it is 'get_invoice')"],
    [
      "endsWith(name, 'e')",
      false,
      "give name a text that does not end with 'e' (it is 'get_invoice')",
    ],
    ["glob(name, 'x*')", true, "give name a text that fits 'x*' (it is 'get_invoice')"],
    [
      "glob(name, 'get*')",
      false,
      "give name a text that does not fit 'get*' (it is 'get_invoice')",
    ],
    ["all(tags, 'finance', 'read')", false, "remove the tag 'finance'"],
    ["any(roles, 'x', 'y')", true, "add one of 'x', 'y' to roles"],
    ['1 in meta.list', false, 'remove 1 from meta.list'],
    ["'x' in meta.missing", true, "add 'x' to meta.missing"],
    ["'x' in meta.team", true, "put 'x' into meta.team (it is 'ledger')"],
    ["name =~ 'get'", false, "give name a text that does not match 'get' (it is 'get_invoice')"],
    ["name !~ 'get'", true, "give name a text that does not match 'get' (it is 'get_invoice')"],
    ["name !~ 'x'", false, "give name a text that matches 'x' (it is 'get_invoice')"],
    ['meta.team == null', true, "remove meta.team (it is 'ledger')"],
    ['meta.x != null', true, 'give meta.x a value'],
    ['annotations.readOnlyHint != true', true, 'set annotations.readOnlyHint to false'],
    ['meta.cost > 3', true, 'make meta.cost greater than 3 (it is 3)'],
    ['meta.cost >= 4', true, 'make meta.cost at least 4 (it is 3)'],
    ["meta['a b'] == 1", true, "set meta['a b'] to 1 (it is missing)"],
    ['meta.list[0] == 2', true, 'set meta.list[0] to 2 (it is 1)'],
    ["$['tags', 'roles'][?@ == 'x']", true, "make $['tags', 'roles'][?@ == 'x'] true"],
    ['$.tags[0, 1].x', true, "make $.tags[0, 1].x true (tags is ['finance', 'read'])"],
    [
      '$.meta..x',
      true,
      "make $.meta..x true (meta is {team: 'ledger', cost: 3, 'it\\'s': 'quoted', list: [1, 2, 3]})",
    ],
    [
      'any(tags, lower(name))',
      true,
      "make any(tags, lower(name)) true (tags is ['finance', 'read'], name is 'get_invoice')",
    ],
    [
      "startsWith(lower(name), 'x')",
      true,
      "make startsWith(lower(name), 'x') true (name is 'get_invoice')",
    ],
    ['$', false, 'make $ false'],
    [
      '$.meta..x.y',
      true,
      "make $.meta..x.y true (meta is {team: 'ledger', cost: 3, 'it\\'s': 'quoted', list: [1, 2, 3]})",
    ],
    ['$.meta.list[0].*', true, 'make $.meta.list[0].* true (meta.list[0] is 1)'],
    [
      "$.meta.list[?@.name == 'x']",
      true,
      "make $.meta.list[?@.name == 'x'] true (meta.list is [1, 2, 3])",
    ],
    [
      "name in ['1', '2', '3', '4', '5', '6', '7', '8', '9']",
      true,
      "set name to one of '1', '2', '3', '4', '5', '6', '7', '8' (it is 'get_invoice')",
    ],
    [
      "any(tags, '1', '2', '3', '4', '5', '6', '7', '8', '9')",
      true,
      "add one of the tags '1', '2', '3', '4', '5', '6', '7', '8'",
    ],
    [
      "all(tags, '1', '2', '3', '4', '5', '6', '7', '8', '9')",
      true,
      "add the tags '1', '2', '3', '4', '5', '6', '7', '8'",
    ],
    ['len(tags) < 9', false, "make len(tags) < 9 false (tags is ['finance', 'read'])"],
    [
      'name == lower(title)',
      true,
      "make name == lower(title) true (name is 'get_invoice', title is missing)",
    ],
  ] as const)('for %s to be %s: %s', (source, wanted, text) => {
    expect(suggested(source, entry(), wanted).map((change) => change.text)).toEqual([text])
  })

  it('is as little as can be, of what can be changed at all', () => {
    const change = (source: string, wanted = true) =>
      suggested(source, entry(), wanted).map(({ text }) => text)
    expect(change("('a' in tags && 'b' in tags) || 'c' in tags")).toEqual(["add the tag 'c'"])
    expect(change("source == 'github' || ('a' in tags && 'b' in tags)")).toEqual([
      "add the tag 'a'",
      "add the tag 'b'",
    ])
    expect(change("deprecated ? 'a' in tags : 'b' in tags && 'c' in tags")).toEqual([
      'set deprecated to true',
      "add the tag 'a'",
    ])
    expect(change("'finance' in tags && !deprecated", false)).toEqual(["remove the tag 'finance'"])
  })

  it('says what only the source of an entry can change', () => {
    const [change] = suggested("title == 'x'", entry(), true, true)
    expect(change!.text).toBe("set title to 'x' (it is missing), at its source")
    for (const source of ["'x' in tags", "$.tags[?@ == 'x']", "any(tags, 'x')"]) {
      expect(suggested(source, entry(), true, true)[0]!.text).toBe("add the tag 'x'")
    }
  })

  it('is tried out on a copy, and is enough unless clauses contradict each other', () => {
    let enough = 0
    let tried = 0
    fc.assert(
      fc.property(expressions, entries, fc.boolean(), (source, document, wanted) => {
        const before = JSON.stringify(document)
        const changes = suggested(source, document, wanted)
        const edits = changes.flatMap(({ edit }) => edit ?? [])
        const filter = compileFilter(source)
        const after = filter.evaluate(edited(document, edits))
        expect(JSON.stringify(document)).toBe(before)
        if (edits.length === 0 || edits.length < changes.length) return
        tried++
        if (after === (wanted ? 'match' : 'no_match')) enough++
      }),
      { seed: SEED, numRuns: runs(3000) },
    )
    expect(tried).toBeGreaterThan(seenIn(300))
    expect(enough / tried).toBeGreaterThan(0.9)
  })

  it('never reaches beyond the copy, whatever names a filter has', () => {
    const changes = suggested("meta['__proto__']['polluted'] == 'x'", entry(), true)
    const after = edited(
      entry(),
      changes.flatMap(({ edit }) => edit ?? []),
    )
    expect(changes).toHaveLength(1)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(compileFilter("meta['__proto__']['polluted'] == 'x'").evaluate(after)).toBe('match')
  })
})
