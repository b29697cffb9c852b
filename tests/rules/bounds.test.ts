import { describe, expect, it } from 'vitest'
import { compileFilter, type Verdict } from '../../src/rules/filter.ts'
import { FilterError } from '../../src/rules/filter-error.ts'
import { LIMITS } from '../../src/rules/limits.ts'
import { entry, fromJson, nested, verdict } from './support.ts'

const times = (text: string, count: number) => text.repeat(count)
const list = <T>(length: number, value: (i: number) => T) =>
  Array.from({ length }, (_, i) => value(i))

/** The code a filter is refused with, or undefined when it is accepted. */
function code(filter: string): string | undefined {
  try {
    compileFilter(filter)
    return undefined
  } catch (error) {
    if (error instanceof FilterError) return error.code
    throw error
  }
}

describe('the bounds on the text of a filter', () => {
  const largest: readonly (readonly [bound: string, filter: (n: number) => string, n: number])[] = [
    ['characters of an expression', (n) => `true${times(' ', n - 4)}`, LIMITS.characters],
    ['characters of a JSONPath', (n) => `$.${times('a', n - 2)}`, LIMITS.characters],
    ['depth of parentheses', (n) => `${times('(', n)}true${times(')', n)}`, LIMITS.depth],
    ['depth of calls', (n) => `has(${times('lower(', n - 1)}name${times(')', n)}`, LIMITS.depth],
    ['depth of filters', (n) => `$${times('[?@', n)}${times(']', n)}`, LIMITS.depth],
    ['depth of conditions', (n) => `$[?${times('(', n - 1)}@${times(')', n - 1)}]`, LIMITS.depth],
    ['segments of a path', (n) => `$${times('.a', n)}`, LIMITS.segments],
    ['segments of a path in a filter', (n) => `$[?@${times('.a', n)}]`, LIMITS.segments],
    ['steps of a field', (n) => `has(meta${times('.a', n - 1)})`, LIMITS.segments],
    ['elements of a list', (n) => `name in [${times("'', ", n - 1)}'']`, LIMITS.elements],
    ['characters of a pattern', (n) => `name =~ '${times('a', n)}'`, LIMITS.patternCharacters],
    // The program of x{n} has two instructions more.
    ['instructions of a pattern', (n) => `name =~ 'x{${n - 2}}'`, LIMITS.patternProgram],
    ['instructions of match()', (n) => `$[?match(@, 'x{${n - 2}}')]`, LIMITS.patternProgram],
    // A ! is one node; the field, and the path with its root and selectors, are the others.
    ['nodes of an expression', (n) => `${times('!', n - 1)}enabled`, LIMITS.nodes],
    ['nodes of a JSONPath', (n) => `$[${times('0,', n - 2)}0]`, LIMITS.nodes],
  ]
  const codes: Readonly<Record<string, string>> = {
    characters: 'filter_too_long',
    depth: 'filter_too_deep',
    instructions: 'filter_regex',
  }

  it.for(largest)('accept the largest number of %s and refuse one more', ([bound, filter, n]) => {
    expect(code(filter(n))).toBeUndefined()
    const pattern = bound.endsWith('of a pattern')
    const expected = pattern ? 'filter_regex' : codes[bound.split(' ')[0]!]
    expect(code(filter(n + 1))).toBe(expected ?? 'filter_too_complex')
  })

  it('count brackets in texts neither as nesting nor as its end', () => {
    expect(code(`name == '${times('(', 100)}'`)).toBeUndefined()
    expect(code(`$[?@ == "\\"${times('[', 100)}"]`)).toBeUndefined()
    const hidden = `${times('(', 20)}name == ')))))'${times('&& (true', 20)}`
    expect(code(hidden)).toBe('filter_too_deep')
    expect(code(`${times(')', 20)}${times('(', 33)}`)).toBe('filter_too_deep')
  })

  it('refuse what unfolds to a large program before it is unfolded', () => {
    for (const pattern of ['x{1000}'.repeat(36), '((x{31}){31})'.repeat(19), '[a{2}]{1000}{9}']) {
      // Counting the instructions would take long; so would saying how many there are.
      expect(() => compileFilter(`name =~ '${pattern}'`)).toThrow('thousands of instructions')
    }
  })

  it('accept patterns that only look as if they unfolded to a large program', () => {
    const patterns = [
      '(?:a|b|c|d|e|f|g|h|i|j){99}',
      '\\x{10000}',
      '[x{1000}]',
      '\\{1000}',
      'a{,999}',
    ]
    for (const pattern of [...patterns, '(?P<aLongName>a){90}', '\\Qx{1000}\\E', '[]{99}]{200}']) {
      expect(code(`name =~ '${pattern}'`), pattern).toBeUndefined()
    }
  })
})

/** Filters whose work the budget has to stop, each over the document that makes it work. */
const EXHAUSTING: readonly (readonly [work: string, filter: string, document: object])[] = [
  [
    'names in unions',
    `$${times("['a','a','a','a','a','a','a']", 8)}.zz`,
    fromJson(nested(16, null)),
  ],
  ['indexes in unions', `$.a${times('[0,0,0,0,0,0,0]', 8)}[9]`, { a: [[[[[[[[[[]]]]]]]]]] }],
  [
    'many names at every node',
    `$..[${times("'x',", 240)}'y']`,
    entry({ tags: list(20_000, () => ({})) }),
  ],
  ['slices in unions', '$.tags[:,:,:].x', entry({ tags: list(90_000, () => 1) })],
  ['wildcards in unions', '$.tags[*,*,*].x', entry({ tags: list(90_000, () => 1) })],
  ['backward slices', '$.tags[::-1,::-1,::-1].x', entry({ tags: list(90_000, () => 1) })],
  ['descendants', '$..x', entry({ tags: list(130_000, () => []) })],
  ['descendants of descendants', `$${times('..[*]', 6)}..x`, fromJson(nested(60, 1))],
  ['filters', '$.tags[?@.x == 1, ?@.x == 1]', entry({ tags: list(90_000, () => 1) })],
  ['orderings', '$.tags[?@.x < 1, ?@.x < 1]', entry({ tags: list(90_000, () => 1) })],
  [
    'patterns over what is no text',
    "$.tags[?match(@, 'x+') || match(@, 'y+')]",
    entry({ tags: list(70_000, () => 1) }),
  ],
  ['existence', '$.tags[?@.x, ?@.x]', entry({ tags: list(90_000, () => 1) })],
  ['negation', '$.tags[?!(!(@.x))]', entry({ tags: list(70_000, () => 1) })],
  ['operands of ||', '$.tags[?@.x||@.x||@.x]', entry({ tags: list(40_000, () => 1) })],
  ['operands of &&', '$.tags[?@&&@&&@.x]', entry({ tags: list(40_000, () => 1) })],
  ['counting', '$.tags[?count($.tags[*]) > 9999]', entry({ tags: list(600, () => 1) })],
  [
    'listing the members of a large object again and again',
    '$.tags[?!$.meta.*]',
    entry({ tags: list(100, () => 1), meta: Object.fromEntries(list(9000, (i) => [`k${i}`, i])) }),
  ],
  [
    'comparing with a large object again and again',
    '$.tags[?@ == $.meta]',
    entry({
      tags: list(100, () => ({})),
      meta: Object.fromEntries(list(9000, (i) => [`k${i}`, i])),
    }),
  ],
  [
    'comparing large lists',
    'meta.a == meta.b',
    entry({ meta: { a: list(300_000, () => 1), b: list(300_000, () => 1) } }),
  ],
  [
    'comparing long texts of one length',
    '$.tags[?count($.tags[?@ == $.description]) > 0]',
    entry({ description: times('a', 5000), tags: list(150, (i) => `${times('a', 4999)}${i % 9}`) }),
  ],
  [
    'comparing long texts that are equal',
    '$.tags[?count($.tags[?@ != $.description]) > 0]',
    entry({ description: times('a', 5000), tags: list(150, () => times('a', 5000)) }),
  ],
  [
    'ordering long texts',
    '$.tags[?count($.tags[?@ < $.description]) < 0]',
    entry({ description: times('a', 5000), tags: list(150, () => times('a', 5000)) }),
  ],
  [
    'looking for a text that repeats itself in another',
    'description contains title',
    entry({ description: times('a', 50_000), title: `${times('a', 800)}b${times('a', 800)}` }),
  ],
  [
    'looking for short texts in a long one',
    "'x' in description || 'y' in description || 'z' in description",
    entry({ description: times('a', 700_000) }),
  ],
  [
    'looking for a plain pattern that repeats itself',
    `$.tags[?@ =~ '${times('a', 120)}b${times('a', 120)}']`,
    entry({ tags: list(55, () => times('a', 4096)) }),
  ],
  ['a pattern over many texts', "$.tags[?@ =~ 'x+y']", entry({ tags: list(20_000, () => 'tag') })],
  [
    'a pattern over many empty texts',
    "$.tags[?@ =~ 'x+y']",
    entry({ tags: list(90_000, () => '') }),
  ],
  [
    'a large program over one text',
    "description =~ '(?:[ab][cd]){70}$'",
    entry({ description: times('ac', 2000) }),
  ],
  [
    'patterns from the document',
    "$.tags[?match('xyz', @)]",
    entry({ tags: list(40, (i) => `x+y{${i}}`) }),
  ],
  [
    'long patterns from the document',
    "$.tags[?match('xyz', @)]",
    entry({ tags: list(3, (i) => `${i}${times('a+', 120)}`) }),
  ],
  ['matching globs', `glob(name, '*${times('a', 400)}b')`, entry({ name: times('a', 5000) })],
  ['any of a long list', "any(tags, 'x', 'y', 'z')", entry({ tags: list(90_000, () => 1) })],
  ['a long list', "'x' in tags", entry({ tags: list(260_000, () => 1) })],
  [
    'a text among many elements, though it is the last one',
    "$.tags[?@ == 'x']",
    entry({ tags: [...list(130_000, () => 1), 'x'] }),
  ],
  [
    'a long text among many of its length',
    `$.tags[?@ == '${times('a', 800)}']`,
    entry({ tags: list(2_500, () => `${times('a', 799)}b`) }),
  ],
  [
    'one of three texts among many elements',
    "$.tags[?@ == 'x' || @ == 'y' || @ == 'z']",
    entry({ tags: list(36_000, () => 1) }),
  ],
  [
    'members listed again and again, though the first is the one',
    "$.tags[?$.meta[?@ == 'x'] && @ == 'y']",
    entry({
      tags: list(100, () => 1),
      meta: Object.fromEntries(list(9000, (i) => [`k${i}`, i === 0 ? 'x' : i])),
    }),
  ],
  [
    'a text among many members',
    "$.meta[?@ == 'x']",
    entry({ meta: Object.fromEntries(list(130_000, (i) => [`k${i}`, i])) }),
  ],
  ['length of a long text', 'len(description) > 1', entry({ description: times('a', 260_000) })],
  [
    'length of a large object',
    '$.tags[?length($.meta) == 1]',
    entry({ tags: list(100, () => 1), meta: Object.fromEntries(list(9000, (i) => [`k${i}`, i])) }),
  ],
  [
    'prefixes of a long text',
    "startsWith(description, 'x') || endsWith(description, 'x') || startsWith(description, 'y')",
    entry({ description: times('a', 700_000) }),
  ],
  [
    'the case of a long text',
    'len(lower(upper(lower(upper(meta.x))))) == 0 || has(lower(upper(lower(upper(title)))))',
    entry({ title: times('a', 600_000) }),
  ],
]

describe('the budget of one evaluation', () => {
  it.for(EXHAUSTING)('stops %s', ([, filter, document]) => {
    expect(verdict(filter, document)).toBe('exhausted')
  })

  it.for([
    ['a negation', (filter: string) => `!(${filter})`],
    ['the second operand of &&', (filter: string) => `enabled && (${filter})`],
    ['the second operand of ||', (filter: string) => `deprecated || (${filter})`],
    ['a conditional', (filter: string) => `enabled ? (${filter}) : true`],
  ] as const)('stays exhausted under %s', ([, wrap]) => {
    const document = entry({ tags: list(260_000, () => 1) })
    expect(verdict(wrap("'x' in tags"), document)).toBe('exhausted')
  })

  it('is new for each entry', () => {
    const filter = compileFilter("'x' in tags")
    const large = entry({ tags: list(260_000, () => 1) })
    const verdicts = [large, entry({ tags: ['x'] }), large].map((each) => filter.evaluate(each))
    expect(verdicts).toEqual(['exhausted', 'match', 'exhausted'])
  })

  it('pays once for a pattern that the same entry gives again and again', () => {
    const document = entry({ tags: list(2000, () => 'xyz'), meta: { p: 'x+z?', q: '[' } })
    expect(verdict('$.tags[?match(@, $.meta.p)]', document)).toBe('no_match')
    expect(verdict('$.tags[?search(@, $.meta.p)]', document)).toBe('match')
    expect(verdict('$.tags[?search(@, $.meta.q)]', document)).toBe('no_match')
    // What is remembered for match() is not taken for search(), nor the other way round.
    const both = entry({ tags: ['xyz'], meta: { p: 'y' } })
    expect(verdict('$.tags[?match(@, $.meta.p) || search(@, $.meta.p)]', both)).toBe('match')
    expect(verdict('$.tags[?search(@, $.meta.p) && match(@, $.meta.p)]', both)).toBe('no_match')
  })

  it('is not spent on texts from the document that are too long for a pattern', () => {
    const document = entry({ description: times('a', 1_000_000), tags: list(2000, () => 'a') })
    expect(verdict('$.tags[?search(@, $.description)]', document)).toBe('no_match')
  })
})

describe('the bounds on what a filter is evaluated over', () => {
  const cases: readonly (readonly [claim: string, string, object, Verdict])[] = [
    ['walks 150 levels', '$..zz', fromJson(nested(150, 1)), 'no_match'],
    ['does not walk 300 levels', '$..zz', fromJson(nested(300, 1)), 'exhausted'],
    ['does not walk 300 levels of lists', '$..zz', deepList(300), 'exhausted'],
    ['compares 150 levels', 'meta.x == meta.y', twice(nested(150, 1)), 'match'],
    ['does not compare 300 levels', 'meta.x == meta.y', twice(nested(300, 1)), 'exhausted'],
    ['does not compare 300 lists', 'meta.x == meta.y', twice(deepList(300)), 'exhausted'],
  ]

  it.for(cases)('%s', ([, filter, document, expected]) => {
    expect(verdict(filter, document)).toBe(expected)
  })

  it('does not follow walks inside walks until the stack is full', () => {
    // Each filter holds only at the bottom, so every walk is at its deepest when the next starts.
    const walks = `${times('$..[?@.z && ', 25)}@.z${times(']', 25)}`
    const document = fromJson(nested(190, { z: { z: 1 } }))
    expect(verdict(walks, document)).toBe('exhausted')
    expect(verdict('$..[?@.z && $..[?@.z && $..[?@.z]]]', document)).toBe('match')
  })

  it('forgets how deep a walk was when it is over', () => {
    const walks = `$[?${list(15, (i) => `$..x${i}`).join('||')}||$..z]`
    expect(verdict(walks, fromJson(nested(190, { z: 1 })))).toBe('match')
  })

  it.for(['x', '^x', 'x$', 'x+'])(
    'runs %s over 4,096 characters and not over one more',
    (pattern) => {
      const verdicts = [4096, 4097].map((n) =>
        verdict(`description =~ '${pattern}'`, entry({ description: times('a', n) })),
      )
      expect(verdicts).toEqual(['no_match', 'subject'])
    },
  )

  it('never decides a text that is too long for a pattern, negated or not', () => {
    const document = entry({ description: times('a', 5000) })
    const filters = ["description !~ 'x'", "!(description =~ 'x')", '$[?$.description !~ "x+"]']
    filters.push("$[?match(@, 'x+')]", '$[?!search($.description, $.name)]')
    for (const filter of filters) expect(verdict(filter, document), filter).toBe('subject')
  })
})

function twice(value: unknown): object {
  return entry({ meta: { x: value, y: value } })
}

function deepList(depth: number): object {
  let value: unknown[] = []
  for (let i = 0; i < depth; i++) value = [value]
  return value
}
