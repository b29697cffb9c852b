import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admits, compileFilter, type Verdict } from '../../src/rules/filter.ts'
import type { Node } from '../../src/rules/ir.ts'
import { runs } from '../support/runs.ts'
import { expressions } from './expressions.ts'
import { conditions } from './queries.ts'
import { entry, fromJson, select, verdict } from './support.ts'

/** What is known of operands that do not fit, by example: meta.cost is 3, title is missing. */
const VERDICTS: readonly (readonly [filter: string, Verdict])[] = [
  // A value that is neither true, false nor null is no condition.
  ['meta.team', 'undecided'],
  ['!meta.team', 'undecided'],
  ['!(!meta.cost)', 'undecided'],
  ['meta.team && enabled', 'undecided'],
  ['meta.team && deprecated', 'no_match'],
  ['deprecated && meta.team', 'no_match'],
  ['meta.team || enabled', 'match'],
  ['meta.team || deprecated', 'undecided'],
  ['meta.team ? true : true', 'undecided'],
  ['meta.missing', 'no_match'],
  ['!meta.missing', 'match'],
  ['null || !null', 'match'],
  // Functions, operators and tests of values that do not fit.
  ["lower(meta.cost) == 'x'", 'undecided'],
  ["lower(meta.cost) != 'x'", 'undecided'],
  ["upper(meta.list) =~ 'x'", 'undecided'],
  ["lower(meta.cost) !~ 'x'", 'undecided'],
  ['lower(meta.cost) in tags', 'undecided'],
  ['lower(meta.cost) in name', 'undecided'],
  ['has(lower(meta.cost))', 'undecided'],
  ['len(meta.cost) > 0', 'undecided'],
  ['len(annotations.readOnlyHint) > 0', 'undecided'],
  ["startsWith(meta.cost, 'x')", 'undecided'],
  ['glob(name, meta.cost)', 'undecided'],
  ["any(meta.team, 'x')", 'undecided'],
  ["all(meta.cost, 'x')", 'undecided'],
  ['any(tags, lower(meta.cost))', 'undecided'],
  ["meta.cost =~ 'x'", 'undecided'],
  ["meta.cost !~ 'x'", 'undecided'],
  ["'x' in meta.cost", 'undecided'],
  ['meta.cost in name', 'undecided'],
  ["annotations.readOnlyHint contains 'x'", 'undecided'],
  ["meta.cost < '4'", 'undecided'],
  ["meta.list >= '4'", 'undecided'],
  ["meta.cost == '3'", 'no_match'],
  ["meta.cost != '3'", 'match'],
  ["(meta.team ? name : name) == 'x'", 'undecided'],
  ['(meta.team == null) == (meta.cost ? true : true)', 'undecided'],
  // What a test says is a value too.
  ["(name == 'get_invoice') == enabled", 'match'],
  ["(name == 'x') == deprecated", 'match'],
  ['(!enabled) == enabled', 'no_match'],
  // A missing value is null: it equals null, has no order, no case and no members.
  ['title == null', 'match'],
  ['meta.a.b.c == null', 'match'],
  ['null == title', 'match'],
  ["title < 'a'", 'no_match'],
  ["!(title >= 'a')", 'match'],
  ["'a' < title", 'no_match'],
  ["any(meta.missing, 'x')", 'no_match'],
  ["!any(meta.missing, 'x')", 'match'],
  ['len(title) == null', 'match'],
  ['lower(title) == null', 'match'],
  ["title =~ 'x'", 'no_match'],
  ["title !~ 'x'", 'match'],
  ["glob(title, '*')", 'no_match'],
  ["'x' in title", 'no_match'],
  ['title in name', 'no_match'],
  ['title in tags', 'no_match'],
  ['title in [null]', 'match'],
  ['title in title', 'no_match'],
  ['null in name', 'no_match'],
  ["'x' in null", 'no_match'],
  ["null =~ 'x'", 'no_match'],
  ['(enabled ? title : name) == null', 'match'],
  ["(deprecated ? name : title) =~ ''", 'no_match'],
  ['has(enabled ? title : name)', 'no_match'],
  // Values of every type are equal by what they hold.
  ["tags == ['finance', 'read']", 'match'],
  ["tags == ['read', 'finance']", 'no_match'],
  ['meta.list == [1, 2, 3]', 'match'],
  ['meta.list contains 2', 'match'],
  ['meta.cost < 3.125', 'match'],
  ["tags[0] == 'finance' && tags[2] == null", 'match'],
  ['arguments[0].name == 1', 'no_match'],
  ["meta.list contains '2'", 'no_match'],
  ["'' in name", 'match'],
  ["any(tags, 'x', 'read') && !all(tags, 'x', 'read')", 'match'],
  ["name =~ '^get_' && name =~ '_invoice$' && name !~ '^get_$'", 'match'],
  ["'😀' > '\\uffff'", 'match'],
  ["'😀' > '\\ue000'", 'match'],
  ["'\u{10000}' > '\\uffff'", 'match'],
  ["'\\ue000' > '\\ud7ff'", 'match'],
  ["'b' > 'a' && !('a' > 'b') && 'ab' > 'a'", 'match'],
  ["len('😀') == 1", 'match'],
]

describe('an expression', () => {
  it.for(VERDICTS)('says of an entry: %s is %s', ([filter, expected]) => {
    expect(verdict(filter, entry())).toBe(expected)
  })
})

describe('a comparison of objects', () => {
  it('takes every member of both into account', () => {
    const said = (x: object, y: object) => verdict('meta.x == meta.y', entry({ meta: { x, y } }))
    expect(said({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe('match')
    expect(said({ a: 1, b: [2] }, { a: 1, b: [3] })).toBe('no_match')
    expect(said({ a: 1 }, { a: 1, b: 2 })).toBe('no_match')
    expect(said([1, { a: 1 }], [1, { a: 2 }])).toBe('no_match')
    expect(said([], {})).toBe('no_match')
  })
})

describe('a JSONPath', () => {
  it.for([
    ['[9::-1]', [3, 2, 1]],
    ['[1:9:-1]', []],
    ['[-9::-1]', []],
    ['[:-9:-1]', [3, 2, 1]],
    ['[::-2]', [3, 1]],
    ['[2:0:-1]', [3, 2]],
    ['[-1:0:-1]', [3, 2]],
    ['[::0]', []],
    ['[-9:9]', [1, 2, 3]],
    ['[9:]', []],
    ['[:-1]', [1, 2]],
    ['[1:1]', []],
    ['[-1]', [3]],
    ['[-4]', []],
  ] as const)('selects by %s: %j', ([selector, selected]) => {
    expect(select(`$${selector}`, [1, 2, 3])).toEqual(selected)
  })

  it('takes value() of several for nothing, and a pattern that is no text for none', () => {
    const one = entry({ tags: ['a'] })
    expect(verdict("$[?value($.tags[*]) == 'a']", one)).toBe('match')
    expect(verdict("$[?value($.tags[*]) == 'finance']", entry())).toBe('no_match')
    expect(verdict('$[?value($.tags[*]) == $.nowhere]', entry())).toBe('match')
    expect(verdict('$.tags[?match(@, $.meta.cost)]', entry())).toBe('no_match')
    expect(verdict('$.tags[?!match(@, $.meta.cost)]', entry())).toBe('match')
    const long = 'a'.repeat(256)
    expect(verdict('$.tags[?match(@, $.title)]', entry({ tags: [long], title: long }))).toBe(
      'match',
    )
  })

  it('looks for short texts in long ones without running out of steps', () => {
    const document = entry({ description: 'a'.repeat(5000) })
    expect(verdict("description contains 'x'", document)).toBe('no_match')
  })
})

describe('own members', () => {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'length',
    '__defineGetter__',
  ]

  it.for(names)('are the only ones a filter reads: %s is there when the entry has it', (name) => {
    const own = JSON.parse(`{ "meta": { "x": { "${name}": { "a": 1 } } } }`) as object
    const without = entry({ meta: { x: {}, list: [1] } })
    const paths = [`$.meta.x.${name}.a`, `$..${name}`, `$.meta[?@['${name}']]`, `$.meta.x[?@.a==1]`]
    for (const path of paths) {
      expect(verdict(path, own), path).toBe('match')
      expect(verdict(path, without), path).toBe('no_match')
    }
    expect(verdict(`meta.x.${name}.a == 1`, own)).toBe('match')
    expect(verdict(`has(meta.x.${name})`, without)).toBe('no_match')
    expect(verdict(`has(meta.x['${name}'])`, without)).toBe('no_match')
    expect(verdict(`has(meta.list.${name})`, without)).toBe('no_match')
    expect(select(`$.tags.${name}`, without)).toEqual([])
    expect(select(`$.name.${name}`, without)).toEqual([])
  })

  it('are all that two objects are compared by', () => {
    const document = JSON.parse('[{"__proto__": null}, {"a": null}, {}, {"toString": null}]')
    for (const index of [0, 1, 2, 3]) {
      expect(select(`$[?@ == $[${index}]]`, document)).toEqual([document[index]])
    }
    // Two of these have one member each, and {} is what both find under __proto__ if they inherit.
    const inheriting = JSON.parse('[{"__proto__": {}}, {"a": {}}]') as unknown[]
    expect(select('$[?@ == $[0]]', inheriting)).toEqual([inheriting[0]])
    expect(select('$[?$[0] == @]', inheriting)).toEqual([inheriting[0]])
  })
})

describe('a filter for entries of some types', () => {
  it('is refused when it names a field that none of them has', () => {
    const wrong = expect.objectContaining({ code: 'filter_wrong_field' })
    for (const [field, type] of [
      ['inputSchema', 'prompt'],
      ['arguments', 'tool'],
      ['uri', 'resource_template'],
      ['uriTemplate', 'resource'],
    ] as const) {
      expect(() => compileFilter(`has(${field})`, { types: [type] })).toThrow(wrong)
      expect(() => compileFilter(`has(${field})`)).not.toThrow()
    }
    expect(() => compileFilter('has(uri)', { types: ['tool', 'resource'] })).not.toThrow()
    expect(() =>
      compileFilter('has(inputSchema)', { types: ['resource_template', 'prompt'] }),
    ).toThrow('A resource template or prompt never has inputSchema.')
    expect(() => compileFilter('has(annotations)', { types: ['prompt'] })).toThrow(
      expect.objectContaining({
        fix: 'only tool and resource and resource_template entries have it',
      }),
    )
  })

  it('reads the caller only where it may, and only what every caller has', () => {
    const caller = { id: 'u1', roles: ['admin'], attributes: { team: 'ledger' } }
    const options = { caller: true }
    const says = (filter: string) => compileFilter(filter, options).evaluate(entry(), caller)
    const unknown = expect.objectContaining({ code: 'filter_unknown_field' })
    expect(says("'admin' in caller.roles && caller.attributes.team == meta.team")).toBe('match')
    expect(says('has(caller.attributes.constructor) || has(caller.kind)')).toBe('no_match')
    expect(compileFilter('has(caller.id)', options).evaluate(entry())).toBe('no_match')
    expect(() => compileFilter('has(caller.id)')).toThrow(unknown)
    for (const name of ['constructor', '__proto__', 'toString', 'team', '0']) {
      expect(() => compileFilter(`has(caller['${name}'])`, options)).toThrow(unknown)
    }
    expect(() => compileFilter('has(caller[0])', options)).toThrow(unknown)
    expect(() => compileFilter('has(caller.role)', options)).toThrow(
      expect.objectContaining({
        message: 'A caller has no role; it has id, kind, roles, groups, attributes, agent.',
        fix: 'did you mean roles?',
      }),
    )
    expect(() => compileFilter('caller && enabled', options)).toThrow('but caller is an object')
  })
})

describe('a failure to decide', () => {
  it.for([
    ['match', true, true],
    ['no_match', false, false],
    ['undecided', false, true],
    ['exhausted', false, true],
    ['subject', false, true],
  ] as const)('%s includes: %s, excludes: %s', ([outcome, included, excluded]) => {
    expect(admits(outcome, 'include')).toBe(included)
    expect(admits(outcome, 'exclude')).toBe(excluded)
  })
})

/** A node without where it stands. */
function bare(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === 'span' ? undefined : value)))
}

/** Every node of a filter, those inside paths too. */
function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return
  if ('span' in value) yield value as Node
  for (const inner of Object.values(value)) yield* nodesOf(inner)
}

describe('the span of a node', () => {
  it('is the text the node was parsed from, in expressions', () => {
    fc.assert(
      fc.property(expressions, (source) => {
        for (const node of nodesOf(compileFilter(source).node)) {
          const text = source.slice(node.span.start, node.span.end)
          // has() takes a value of any type.
          const whole = compileFilter(`has(${text})`).node as Node & { kind: 'call' }
          expect(bare(whole.args[0]), text).toEqual(bare(node))
        }
      }),
      { seed: 20_261_120, numRuns: runs(300) },
    )
  })

  it('is the text the node was parsed from, in JSONPath conditions', () => {
    const conditionOf = (text: string) => {
      const { node } = compileFilter(`$[?${text}]`, { language: 'jsonpath' })
      return (node as never as { query: { segments: { selectors: { condition: Node }[] }[] } })
        .query.segments[0]!.selectors[0]!.condition
    }
    fc.assert(
      fc.property(conditions, (source) => {
        for (const node of nodesOf(conditionOf(source))) {
          // Spans count from the beginning of the filter, before which stands "$[?".
          const text = source.slice(node.span.start - 3, node.span.end - 3)
          if (node.kind === 'literal' || node.kind === 'query') continue
          if (node.kind === 'call' && node.type !== 'boolean') continue
          expect(bare(conditionOf(text)), text).toEqual(bare(node))
        }
      }),
      { seed: 20_261_120, numRuns: runs(500) },
    )
  })
})

describe('an error', () => {
  it.for([
    ['half a pair after whole ones', 13, "name == '😀😀\ud83d'"],
    ['a name', 7, "'x' in tagz"],
    ['a pattern', 8, "name =~ 'a(' "],
    ['what follows a long name', 308, `meta.${'a'.repeat(300)}in tags`],
    ['a long number', 13, `len(name) == 1${'0'.repeat(260)}x`],
    ['an operand', 19, "$.tags[?@ == 'x' ||]"],
    ['a doubled backslash', 9, "name =~ '\\\\d'"],
  ] as const)('about %s stands at %s', ([, position, filter]) => {
    expect(() => compileFilter(filter)).toThrow(expect.objectContaining({ position }))
  })

  it('says that a filter without text is empty, whatever its language', () => {
    for (const text of ['', ' ', '\n\t', '\u00a0', '\ufeff']) {
      for (const language of ['jsonpath', 'expression', undefined]) {
        expect(() => compileFilter(text, { language })).toThrow(
          expect.objectContaining({ code: 'filter_empty', position: 0 }),
        )
      }
    }
  })

  it('says that values have no methods, and what to write instead', () => {
    for (const [call, fix] of [
      ["tags.includes('x')", "write 'x' in tags"],
      ["name.startsWith('x')", 'write startsWith(name, …)'],
      ["meta.team.toLowerCase() == 'x'", 'write lower(meta.team)'],
      ["meta.constructor('x')", undefined],
      ["meta.valueOf('x')", undefined],
    ] as const) {
      expect(() => compileFilter(call)).toThrow(
        expect.objectContaining({ message: 'Values have no methods.', fix }),
      )
    }
  })

  it('says what to write for a chain of comparisons', () => {
    const equality = ['==', '!=', '=~', '!~']
    const relation = ['<', '<=', '>', '>=', 'in', 'contains']
    for (const signs of [equality, relation]) {
      for (const first of signs) {
        for (const second of signs) {
          const chain = relation.includes(first)
            ? `meta.a ${first} meta.b ${second} meta.c`
            : `name ${first} 'a' ${second} 'b'`
          const message = `${second} cannot follow another comparison.`
          const fix = 'join comparisons with &&, or use parentheses'
          expect(() => compileFilter(chain)).toThrow(expect.objectContaining({ message, fix }))
        }
      }
    }
  })

  it('says what ! binds to, whatever follows', () => {
    const signs = ['==', '!=', '<', '<=', '>', '>=', '=~', '!~', 'in', 'contains']
    for (const sign of signs) {
      expect(() => compileFilter(`!name ${sign} 'x'`)).toThrow(
        expect.objectContaining({
          message: '! binds to what stands right after it.',
          fix: `write !(name ${sign} …)`,
        }),
      )
    }
  })

  it('names a language only by its own name, not by a member every object has', () => {
    for (const language of ['constructor', '__proto__', 'toString', 'jq', 'CEL']) {
      const hint = ['jq', 'CEL'].includes(language) ? expect.stringContaining('write') : undefined
      expect(() => compileFilter('true', { language })).toThrow(
        expect.objectContaining({ code: 'filter_language', fix: hint }),
      )
    }
  })

  it('is not made of a backslash that is escaped before an escape', () => {
    const document = fromJson({ name: 'C:\\5' })
    expect(verdict(String.raw`name =~ 'C:\\\d'`, document)).toBe('match')
    expect(verdict(String.raw`$[?@ =~ 'C:\\\d']`, document)).toBe('match')
  })
})
