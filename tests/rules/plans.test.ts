import { describe, expect, it } from 'vitest'
import type { Atom } from '../../src/rules/analyse/atoms.ts'
import { guardOf, type Plan, planOf } from '../../src/rules/analyse/plan.ts'
import { readsOf } from '../../src/rules/analyse/reads.ts'
import { compileFilter } from '../../src/rules/filter.ts'
import { entry, verdict } from './support.ts'

const atom = ({ field, value }: Atom) => (value === true ? field : `${field}:${value}`)

/** `tags:x & !deprecated`; `*` for everywhere. */
function shown(plan: Plan): string {
  switch (plan.kind) {
    case 'any':
      return '*'
    case 'atom':
      return atom(plan.atom)
    case 'not':
      return `!${shown(plan.part)}`
    default:
      return `(${plan.parts.map(shown).join(plan.kind === 'and' ? ' & ' : ' | ')})`
  }
}

const EXACT: readonly (readonly [filter: string, plan: string])[] = [
  ['true', '*'],
  ['deprecated', 'deprecated'],
  ['federated', 'federated'],
  ['!deprecated', '!deprecated'],
  ["source == 'a'", 'source:a'],
  ["'a' == name", 'name:a'],
  ["'x' in tags", 'tags:x'],
  ["tags contains 'x'", 'tags:x'],
  ["source in ['a', 'b']", '(source:a | source:b)'],
  ["name in ['a']", 'name:a'],
  ["name in ['a', 1, null]", 'name:a'],
  ['name in [1, 2]', '()'],
  ["any(tags, 'x', 'y')", '(tags:x | tags:y)'],
  ["all(tags, 'x', 'y')", '(tags:x & tags:y)'],
  ["all(tags, 'x')", 'tags:x'],
  ["'x' in tags && !deprecated", '(tags:x & !deprecated)'],
  ["'x' in tags && true", 'tags:x'],
  ["'x' in tags || federated", '(tags:x | federated)'],
  ["'x' in tags || true", '*'],
  ['true && true', '*'],
  ['$.deprecated', 'deprecated'],
  ["$['federated']", 'federated'],
  ["$.tags[?@ == 'x']", 'tags:x'],
  ["$.tags[?'x' == @ || @ == 'y']", '(tags:x | tags:y)'],
]

const ROUGH: readonly (readonly [filter: string, plan: string])[] = [
  ['false', '*'],
  ['null', '*'],
  ["!(name =~ 'x')", '*'],
  ["'x' in tags && name =~ 'x'", 'tags:x'],
  ["name =~ 'x' && 'x' in tags && len(tags) > 1 && federated", '(tags:x & federated)'],
  // Of what is known of undecided operands only the first can be trusted, see inTurn.
  ["(name =~ 'x' && 'a' in tags) && (name =~ 'y' && 'b' in tags)", 'tags:a'],
  ["deprecated && (name =~ 'x' && 'a' in tags)", '(deprecated & tags:a)'],
  ["'x' in tags || (name =~ 'x' && 'y' in tags)", '(tags:x | tags:y)'],
  ["'x' in tags || name =~ 'x'", '*'],
  ["name =~ 'x' && name =~ 'y'", '*'],
  ["source != 'a'", '*'],
  ["description == 'a'", '*'],
  ['name == title', '*'],
  ['name == null', '*'],
  ["meta.name == 'a'", '*'],
  ["'a' in roles", '*'],
  ["'a' in meta.tags", '*'],
  ['name in tags', '*'],
  ['1 in tags', '*'],
  ["description in ['a']", '*'],
  ["'a' in name", '*'],
  ["'a' in tags[0]", '*'],
  ['name in meta.list', '*'],
  ["any(roles, 'x')", '*'],
  ["any(tags, 'x', name)", '*'],
  ["all(tags, name, 'x')", '*'],
  ["startsWith(name, 'x')", '*'],
  ['has(tags)', '*'],
  ['enabled', '*'],
  ['meta.deprecated', '*'],
  ["deprecated ? 'x' in tags : federated", '*'],
  ['$.enabled', '*'],
  ['$', '*'],
  ['$..deprecated', '*'],
  ["$['deprecated', 'federated']", '*'],
  ['$.meta.deprecated', '*'],
  ['$[0]', '*'],
  ['$.tags[0]', '*'],
  ['$.tags[*]', '*'],
  ["$.roles[?@ == 'x']", '*'],
  ["$.meta.tags[?@ == 'x']", '*'],
  ["$.tags[?@ == 'x'][0]", '*'],
  ["$.tags..[?@ == 'x']", '*'],
  ["$..tags[?@ == 'x']", '*'],
  ["$.tags[?@ == 'x', 0]", '*'],
  ["$.tags[?@ == 'x', ?@ == 'y']", '*'],
  ["$.tags[?@ != 'x']", '*'],
  ["$.tags[?@ < 'x']", '*'],
  ["$.tags[?@ == 'x' && @ == 'y']", '*'],
  ["$.tags[?@ == 'x' || @ != 'y']", '*'],
  ["$.tags[?!(@ == 'x')]", '*'],
  ["$.tags[?@.a == 'x']", '*'],
  ["$.tags[?$.name == 'x']", '*'],
  ["$.tags[?$ == 'x']", '*'],
  ["$.tags[?'y' == 'x']", '*'],
  ['$.tags[?@ == $.name]', '*'],
  ['$.tags[?@ == 1]', '*'],
]

describe('a plan', () => {
  it.for(EXACT)('for %s leads to %s and nothing else', ([filter, plan]) => {
    const planned = planOf(compileFilter(filter).node)
    expect([shown(planned.plan), planned.exact]).toEqual([plan, true])
  })

  it.for(ROUGH)('for %s leads to %s, where it has to be evaluated', ([filter, plan]) => {
    const planned = planOf(compileFilter(filter).node)
    expect([shown(planned.plan), planned.exact]).toEqual([plan, false])
  })

  it('counts what it excludes as well, and gives up beyond 64 tags in all', () => {
    const tags = (count: number) => Array.from({ length: count }, (_, i) => `'t${i}'`).join(', ')
    const filter = (count: number) => `!any(tags, ${tags(40)}) && any(tags, ${tags(count)})`
    expect(planOf(compileFilter(filter(24)).node).exact).toBe(true)
    expect(shown(planOf(compileFilter(filter(25)).node).plan)).toBe('*')
    expect(planOf(compileFilter("true || 'x' in tags").node).exact).toBe(true)
  })

  it('never reads the caller as if it were the entry', () => {
    const { node } = compileFilter("'x' in caller.roles || caller.id == 'a'", { caller: true })
    expect(shown(planOf(node).plan)).toBe('*')
  })
})

describe('the operands of &&', () => {
  // Whatever runs out of steps comes after what an index decides or narrows.
  const LARGE = entry({ meta: { a: Array(300_000).fill(1), b: Array(300_000).fill(1) } })
  it.for([
    ["meta.a == meta.b && 'no' in tags", 'no_match'],
    ["meta.a == meta.b && ('no' in tags && len(tags) > 9)", 'no_match'],
    ["meta.a == meta.b && ('no' in tags && has(title)) && !federated", 'no_match'],
    ["meta.a == meta.b && name =~ 'no'", 'exhausted'],
    ["meta.a == meta.b && 'read' in tags", 'exhausted'],
  ] as const)('are evaluated in the order of their plans: %s is %s', ([filter, expected]) => {
    expect(verdict(filter, LARGE)).toBe(expected)
  })
})

describe('a guard', () => {
  it.for([
    ["'x' in tags", 'tags:x'],
    ["any(tags, 'x', 'y')", 'tags:x tags:y'],
    ["'x' in tags || source == 'a'", 'tags:x source:a'],
    // Of several, what fewer entries can be expected to have: of the rarest field, then fewest.
    ["federated && deprecated && source == 'a' && 'x' in tags && name == 'n'", 'name:n'],
    ["name == 'n' && 'x' in tags && source == 'a' && deprecated && federated", 'name:n'],
    ["federated && deprecated && source == 'a' && 'x' in tags", 'tags:x'],
    ["deprecated && source == 'a'", 'source:a'],
    ['federated && deprecated', 'deprecated'],
    ["any(tags, 'x', 'y') && 'z' in tags", 'tags:z'],
    ["'z' in tags && any(tags, 'x', 'y')", 'tags:z'],
    ["'y' in tags && 'z' in tags", 'tags:y'],
    ["('x' in tags || federated) && source == 'a'", 'source:a'],
    ["!deprecated && 'x' in tags", 'tags:x'],
    ["'x' in tags && !deprecated", 'tags:x'],
    ['name in [1]', ''],
    ['!deprecated', undefined],
    ["!deprecated || 'x' in tags", undefined],
    ['!deprecated && !federated', undefined],
    ['true', undefined],
  ] as const)('of %s is %s', ([filter, guard]) => {
    const { plan } = planOf(compileFilter(filter).node)
    expect(guardOf(plan)?.map(atom).join(' ')).toBe(guard)
  })
})

describe('what a filter reads', () => {
  const ALL = 'all'
  it.for([
    ["'x' in tags", [], ['x']],
    ["any(tags, 'x', 'y') && !deprecated", ['deprecated'], ['x', 'y']],
    ["$.tags[?@ == 'x']", [], ['x']],
    ["'x' in tags && tags[0] == 'y'", [], ALL],
    ["any(tags, 'x', name)", ['name'], ALL],
    ['name in [1]', ['name'], []],
    ["name in ['a'] && source == 'b'", ['name', 'source'], []],
    ['title in roles', ['title', 'roles'], []],
    ["name =~ 'x' ? has(owner) : meta.a.b > 1", ['name', 'owner', 'meta'], []],
    ["lower(description) == 'x'", ['description'], []],
    ['$.meta.team', ['meta'], []],
    ['$.tags[?@ == $.name]', ['name'], ALL],
    ["$.meta[?@.a == 'x' && $.title]", ['title', 'meta'], []],
    ["$.roles[?count($.tags[?@ == 'x']) == 1]", ['roles'], ALL],
    ['$', ALL, ALL],
    ['$.*', ALL, ALL],
    ['$..a', ALL, ALL],
    ["$['name', 'title']", ALL, ALL],
    ['$.roles[?$.*]', ALL, ALL],
    ["caller.id == 'x' && has(name)", ['name'], []],
  ] as const)('is known for %s', ([filter, fields, tags]) => {
    const reads = readsOf(compileFilter(filter, { caller: filter.startsWith('caller') }).node)
    const list = (of: ReadonlySet<string> | 'all') => (of === ALL ? of : [...of].sort())
    const wanted = [fields, tags].map((of) => (typeof of === 'string' ? of : of.toSorted()))
    expect([list(reads.fields), list(reads.tags)]).toEqual(wanted)
  })

  it.for([
    ['len(tags) > 1', [], true],
    ["len(tags) > 1 || 'x' in tags", ['x'], true],
    ['$[?length($.tags) > 1]', ALL, true],
    ['$.roles[?length($.tags) > 1]', [], true],
    ['len(roles) > 1', [], false],
    ["len(tags) > 1 || tags[0] == 'x'", ALL, true],
  ] as const)('of %s may be the number of tags', ([filter, tags, tagCount]) => {
    const reads = readsOf(compileFilter(filter).node)
    const list = reads.tags === ALL ? ALL : [...reads.tags]
    expect([list, reads.tagCount]).toEqual([tags, tagCount])
  })
})
