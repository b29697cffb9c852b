import fc from 'fast-check'

/*
 * Expressions of the filter language, as text. Types fit where they are known, so that every text
 * is accepted; `meta.*` holds values of every type, so that some verdicts are undecided.
 */

const oneOf = (...texts: string[]) => fc.constantFrom(...texts)

const texts = oneOf('name', 'title', 'source', 'meta.team', "'a'", "'ab'", '"x"', 'lower(name)')
const numbers = oneOf('len(tags)', 'len(name)', 'meta.cost', '0', '2', '-1', '2.5', 'meta.list[1]')
const lists = oneOf('tags', 'roles', 'meta.list', "['a', 'b']", '[1,-2,null]', '[]')
const patterns = oneOf("'a'", "'^a'", "'b$'", '"a|b"', "'a.*b'", "'[ab]+'")

/** Conditions that need no parentheses under any operator. */
const simple = oneOf(
  'enabled',
  'deprecated',
  'federated',
  'true',
  'false',
  'has(title)',
  'has(meta.team)',
  "startsWith(name, 'a')",
  "endsWith(lower(name), 'b')",
  "glob(name, 'a*')",
  "any(tags, 'a', 'x')",
  "all(tags, 'a')",
)

/** And those whose type is known only when they are evaluated. */
const loose = oneOf(
  'meta.flag',
  "annotations['readOnlyHint']",
  'meta.cost',
  'meta.team',
  'meta.missing',
  "meta['list']",
  'null',
)

const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(''))

const around = (...signs: string[]) =>
  fc
    .tuple(fc.constantFrom(...signs), fc.boolean())
    .map(([sign, wide]) => (wide ? ` ${sign} ` : sign))

const inside = oneOf(' in ')
const holding = oneOf(' contains ')
const parenthesised = (one: fc.Arbitrary<string>) => one.map((text) => `(${text})`)

const membership = fc.oneof(
  joined(fc.oneof(texts, numbers), inside, lists),
  joined(lists, holding, fc.oneof(texts, numbers)),
  joined(texts, inside, texts),
  joined(texts, holding, texts),
)

const ordering = fc.oneof(
  joined(numbers, around('<', '<=', '>', '>='), numbers),
  joined(texts, around('<', '<=', '>', '>='), texts),
)

/** Comparisons, tests and what they are made of; `level` bounds the parentheses. */
function relation(level: number): fc.Arbitrary<string> {
  const negated = joined(oneOf('!', '!!', '! '), simple)
  const flat = [
    { weight: 2, arbitrary: simple },
    { weight: 1, arbitrary: negated },
    { weight: 2, arbitrary: membership },
    { weight: 2, arbitrary: ordering },
  ]
  if (level <= 0) return fc.oneof(...flat)
  const inner = expression(level - 1)
  return fc.oneof(
    ...flat,
    { weight: 1, arbitrary: parenthesised(inner) },
    { weight: 1, arbitrary: inner.map((text) => `!(enabled && (${text}))`) },
  )
}

function clause(level: number): fc.Arbitrary<string> {
  const one = relation(level)
  const flat = [
    { weight: 3, arbitrary: one },
    { weight: 1, arbitrary: loose },
    { weight: 1, arbitrary: joined(oneOf('!', '!!'), loose) },
    { weight: 2, arbitrary: joined(texts, around('==', '!='), texts) },
    { weight: 1, arbitrary: joined(numbers, around('==', '!='), numbers) },
    { weight: 2, arbitrary: joined(texts, around('=~', '!~'), patterns) },
    // The sides are relations, which bind tighter than == does.
    { weight: 2, arbitrary: joined(one, oneOf(' == ', ' != '), one) },
  ]
  if (level <= 0) return fc.oneof(...flat)
  const test = expression(level - 1)
  const chosen = joined(oneOf('('), test, oneOf(' ? '), texts, oneOf(' : '), texts, oneOf(')'))
  return fc.oneof(
    ...flat,
    { weight: 1, arbitrary: joined(chosen, around('==', '!='), texts) },
    { weight: 1, arbitrary: test.map((text) => `!(${text})`) },
    { weight: 1, arbitrary: joined(chosen, around('=~'), patterns) },
  )
}

function logic(level: number): fc.Arbitrary<string> {
  const one = clause(level)
  return fc
    .tuple(one, fc.array(fc.tuple(around('&&', '||'), one), { maxLength: 3 }))
    .map(([first, rest]) => [first, ...rest.flat()].join(''))
}

function expression(level: number): fc.Arbitrary<string> {
  const flat = logic(level)
  const colon = around(':')
  const question = around('?')
  return fc.oneof(
    { weight: 5, arbitrary: flat },
    { weight: 1, arbitrary: joined(flat, question, flat, colon, flat) },
    {
      weight: 1,
      arbitrary: joined(flat, question, flat, colon, flat, question, flat, colon, flat),
    },
    {
      weight: 1,
      arbitrary: joined(flat, question, flat, question, flat, colon, flat, colon, flat),
    },
  )
}

/** Short enough for the bound on nodes. */
export const expressions = expression(1).filter((text) => text.length < 500)

/** Conditions that can be put under any operator: parentheses and all. */
export const operands = parenthesised(expression(1).filter((text) => text.length < 120))

const words = fc.constantFrom('a', 'ab', 'b', 'x', 'A', '')
const anything = fc.constantFrom(null, true, false, 0, 2, 'a', 'b', 'ab', [], ['a'], {})

/** Entries for which such expressions come out true, false and undecided. */
export const entries = fc
  .record(
    {
      name: words,
      title: words,
      source: words,
      tags: fc.array(words, { maxLength: 3 }),
      roles: fc.array(words, { maxLength: 2 }),
      enabled: fc.boolean(),
      deprecated: fc.boolean(),
      federated: fc.oneof(fc.boolean(), fc.constant('yes')),
      annotations: fc.record({ readOnlyHint: anything }, { requiredKeys: [] }),
      meta: fc.record(
        {
          team: anything,
          cost: anything,
          flag: anything,
          list: fc.oneof(fc.array(anything, { maxLength: 3 }), anything),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['name', 'tags'] },
  )
  .map((entry) => JSON.parse(JSON.stringify(entry)) as object)
