import fc from 'fast-check'
import { fromJson } from './support.ts'

/** Members of generated documents. The last three have to be quoted. */
const NAMES = ['a', 'b', 'c', 'tags', "it's", '__proto__', '😀']

const leaf = fc.constantFrom(null, true, false, 0, 1, -1, 2.5, '', 'a', 'b', 'xy', 'a.b', 'é😀')

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { minKeys: 1, maxKeys: 4 }),
  ),
}))

/**
 * JSON documents: values in lists and objects, with the member names that queries use. No object is
 * empty, because json-p3 takes one for an empty list.
 */
export const documents = fc
  .oneof(
    fc.dictionary(fc.constantFrom(...NAMES), values.value, { minKeys: 2, maxKeys: 6 }),
    fc.array(values.value, { minLength: 1, maxLength: 5 }),
  )
  .map((document) => fromJson(document) as object)

const blank = fc.constantFrom('', '', '', ' ', '\n\t')

/** Joins texts with white space wherever the grammar allows it between them. */
function spaced(...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  const texts = parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))
  return fc
    .tuple(
      fc.tuple(...texts),
      fc.array(blank, { minLength: parts.length, maxLength: parts.length }),
    )
    .map(([all, blanks]) =>
      all.map((text, i) => text + (i < all.length - 1 ? blanks[i] : '')).join(''),
    )
}

const unicodeEscaped = (text: string) =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'))
    .map((unit) => `\\u${unit}`)
    .join('')

/** A text as a JSONPath string literal, in each of the ways to write one. */
export function quoted(text: string): fc.Arbitrary<string> {
  const plain = text.replaceAll('\\', '\\\\')
  return fc.constantFrom(
    `'${plain.replaceAll("'", "\\'")}'`,
    `"${plain}"`,
    `"${unicodeEscaped(text)}"`,
  )
}

const name = fc.constantFrom(...NAMES)
const quotedName = name.chain(quoted)
const shorthand = fc.constantFrom('a', 'b', 'c', 'tags', '__proto__', '😀')
const index = fc.integer({ min: -3, max: 3 }).map(String)
const bound = fc.oneof(fc.constant(''), index)
const slice = fc
  .tuple(bound, bound, fc.constantFrom('', ':', ':1', ':2', ':-1', ':-2', ':0'))
  .map(([start, end, step]) => `${start}:${end}${step}`)

type Roots = readonly string[]

/** Queries may start at the tested value or, less often, at the document. */
const BOTH: Roots = ['@', '@', '$']

/** Inside a filter inside a query from `@`, json-p3 takes `$` for that `@`. */
const CURRENT: Roots = ['@']

const singular = (roots: Roots) =>
  fc
    .tuple(
      fc.constantFrom(...roots),
      fc.array(
        fc.oneof(
          shorthand.map((text) => `.${text}`),
          fc.oneof(quotedName, index).map((text) => `[${text}]`),
        ),
        { maxLength: 3 },
      ),
    )
    .map(([root, path]) => root + path.join(''))

const literal = fc.oneof(
  fc.constantFrom('0', '1', '-1', '-0', '2.5', '1e0', '25E-1', 'true', 'false', 'null'),
  fc.constantFrom('', 'a', 'b', 'xy', 'a.b', 'é😀').chain(quoted),
)

/** A query for any number of values, in a filter. */
function query(level: number, selectors: number, roots: Roots): fc.Arbitrary<string> {
  return fc
    .constantFrom(...roots)
    .chain((root) =>
      segments(level, selectors, root === '@' ? CURRENT : roots).map((path) => root + path),
    )
}

/** I-Regexps that mean the same to every engine. */
const PATTERNS = ['a', 'a.b', 'a.*', '[ab]+', 'x|y', 'xy?', '[^a]', '.', '..', '(a|b)*', 'x{1,2}']

function test(level: number, roots: Roots): fc.Arbitrary<string> {
  const any = query(level - 1, 3, roots)
  // json-p3 cannot read a filter followed by another selector inside a call, so there is only one.
  const argument = query(level - 1, 1, roots)
  const one = singular(roots)
  const value = fc.oneof(
    { weight: 3, arbitrary: literal },
    { weight: 5, arbitrary: one },
    { weight: 1, arbitrary: one.map((text) => `length(${text})`) },
    { weight: 1, arbitrary: argument.map((text) => `count(${text})`) },
    { weight: 1, arbitrary: argument.map((text) => `value( ${text} )`) },
  )
  const pattern = fc.oneof(fc.constantFrom(...PATTERNS).chain(quoted), one)
  const called = fc
    .tuple(fc.constantFrom('match', 'search'), one, pattern)
    .map(([name, subject, text]) => `${name}(${subject}, ${text})`)
  return fc.oneof(
    {
      weight: 5,
      arbitrary: spaced(value, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), value),
    },
    { weight: 3, arbitrary: any },
    { weight: 1, arbitrary: called },
    { weight: 1, arbitrary: fc.oneof(any, called).map((text) => `!${text}`) },
  )
}

function condition(level: number, roots: Roots): fc.Arbitrary<string> {
  if (level <= 0) return spaced(singular(roots), fc.constantFrom('==', '<', '>='), literal)
  const inner = test(level, roots)
  const grouped = fc
    .tuple(fc.constantFrom('', '!'), fc.array(inner, { minLength: 1, maxLength: 2 }))
    .map(([not, tests]) => `${not}(${tests.join(' || ')})`)
  return fc
    .array(fc.oneof({ weight: 3, arbitrary: inner }, grouped), { minLength: 1, maxLength: 3 })
    .chain((tests) => {
      const signs = fc.constantFrom('&&', ' || ', '||', ' && ')
      return fc
        .array(signs, { minLength: tests.length, maxLength: tests.length })
        .map((all) => tests.map((text, i) => (i === 0 ? text : all[i] + text)).join(''))
    })
}

function selector(level: number, roots: Roots): fc.Arbitrary<string> {
  const simple = fc.oneof(quotedName, index, slice, fc.constant('*'))
  if (level <= 0) return simple
  return fc.oneof(
    { weight: 2, arbitrary: simple },
    { weight: 3, arbitrary: condition(level - 1, roots).map((text) => `?${text}`) },
  )
}

function segments(level: number, selectors: number, roots: Roots): fc.Arbitrary<string> {
  const bracketed = fc
    .array(selector(level, roots), { minLength: 1, maxLength: selectors })
    .chain((all) => spaced('[', all.join(' , '), ']'))
  const dotted = fc.oneof(shorthand, fc.constant('*')).map((text) => `.${text}`)
  const descendant = fc
    .oneof(
      dotted,
      bracketed.map((text) => `.${text}`),
    )
    .map((text) => `.${text}`)
  return fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: dotted },
        { weight: 5, arbitrary: bracketed },
        { weight: 1, arbitrary: descendant },
      ),
      { minLength: level > 1 ? 1 : 0, maxLength: 3 },
    )
    .map((all) => all.join(''))
}

/** Well-formed JSONPath queries (RFC 9535) with filters in filters. */
export const queries = segments(3, 3, BOTH).map((text) => `$${text}`)

/** Conditions of JSONPath filters, in parentheses. */
export const conditions = condition(2, BOTH).map((text) => `(${text})`)
