import fc from 'fast-check'
import { fromJson } from './support.ts'

/*
 * The part of JSONPath that jsonpath-plus and RFC 9535 agree on. What it leaves out, one line each:
 *
 * - Comparisons coerce there (3 == '3', a missing member == null): members have one type, no null.
 * - A member of a missing member throws there: filters read one member of the tested value.
 */

const texts = fc.constantFrom('a', 'b', 'finance', 'x y', 'é')
const numbers = fc.constantFrom(1, 2, 3, 2.5, -1)

const items = fc.letrec((tie) => ({
  item: fc.record(
    {
      name: texts,
      kind: texts,
      cost: numbers,
      size: numbers,
      tags: fc.array(texts, { maxLength: 3 }),
      counts: fc.array(numbers, { maxLength: 3 }),
      items: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('item'), { maxLength: 3 })),
      meta: fc.oneof({ maxDepth: 3 }, fc.constant({}), tie('item')),
    },
    { requiredKeys: ['name', 'tags', 'items'] },
  ),
}))

export const sharedDocuments = items.item.map((document) => fromJson(document) as object)

const comparison = fc.oneof(
  fc
    .tuple(fc.constantFrom('@.name', '@.kind', "@['name']"), fc.constantFrom('==', '!='), texts)
    .map(([member, sign, text]) => `${member} ${sign} '${text}'`),
  fc
    .tuple(
      fc.constantFrom('@.cost', '@.size', "@['cost']"),
      fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
      numbers,
    )
    .map(([member, sign, number]) => `${member} ${sign} ${number}`),
  fc.constantFrom('@.name', '@.cost', '@.tags', '@.items', '@.meta', '!@.kind', '!@.size'),
)

function combined(one: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const grouped = fc
    .tuple(fc.constantFrom('', '!'), one, fc.constantFrom('&&', '||'), one)
    .map(([not, left, sign, right]) => `${not}(${left} ${sign} ${right})`)
  return fc
    .tuple(fc.oneof(one, grouped), fc.constantFrom('', ' && ', ' || '), fc.oneof(one, grouped))
    .map(([left, sign, right]) => (sign === '' ? left : left + sign + right))
}

const ofItems = combined(comparison)
const ofTexts = combined(
  fc.tuple(fc.constantFrom('==', '!='), texts).map(([sign, text]) => `@ ${sign} '${text}'`),
)
const ofNumbers = combined(
  fc
    .tuple(fc.constantFrom('==', '!=', '<', '<=', '>', '>='), numbers)
    .map(([sign, number]) => `@ ${sign} ${number}`),
)

const position = fc.constantFrom('[0]', '[1]', '[2]', '[0:2]', '[1:]', '[:1]', '[::2]', '[-2:]')
const elements = fc.oneof(fc.constantFrom('[*]', '.*'), position, fc.constantFrom('[0,1]', '[2,0]'))

/** Segments from an item to items. */
const step = fc.oneof(
  fc.constantFrom('.meta', "['meta']", '..meta', '.items[*]', '..items[*]', '..items'),
  elements.map((text) => `.items${text}`),
  ofItems.map((text) => `.items[?(${text})]`),
  ofItems.map((text) => `..items[?(${text})]`),
  ofItems.map((text) => `..[?(${text})]`),
)

const last = fc.oneof(
  fc.constantFrom('', '.name', '.cost', '..name', "['kind']", "['name','cost']", '.tags', '..*'),
  elements.map((text) => `.tags${text}`),
  ofTexts.map((text) => `.tags[?(${text})]`),
  ofTexts.map((text) => `..tags[?(${text})]`),
  ofNumbers.map((text) => `.counts[?(${text})]`),
  ofItems.map((text) => `[?(${text})]`),
)

/** Queries that both are supposed to answer alike. */
export const sharedQueries = fc
  .tuple(fc.array(step, { maxLength: 2 }), last)
  .map(([steps, end]) => `$${steps.join('')}${end}`)
