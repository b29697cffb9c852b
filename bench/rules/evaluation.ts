import { JSONPath } from 'jsonpath-plus'
import { Catalog } from '../../src/catalog/catalog.ts'
import type { EntryDocument } from '../../src/catalog/entry.ts'
import { lookUp } from '../../src/dynamic/membership/look-up.ts'
import { planOf } from '../../src/rules/analyse/plan.ts'
import { compileFilter, type Filter } from '../../src/rules/filter.ts'
import { SOURCES, toolRecords } from './made-up.ts'
import { inTurns, ms, row, times } from './measure.ts'

/** A catalog of made-up tools of twenty sources. */
export function catalogOf(count: number): Catalog {
  const catalog = new Catalog()
  for (const [i, id] of SOURCES.entries()) {
    catalog.setSource({ id, sequence: i + 1, tags: [], federated: false, prefix: '' })
  }
  const records = toolRecords(count)
  for (let i = 0; i < count; i += 500) catalog.apply({ put: records.slice(i, i + 500), remove: [] })
  return catalog
}

/* Each hand-written predicate has a loop of its own: a shared one would be slower than any filter. */

function handTag(documents: readonly EntryDocument[]): number {
  let count = 0
  for (const { tags } of documents) if (tags.includes('tag-7')) count++
  return count
}

function handTagAgain(documents: readonly EntryDocument[]): number {
  let count = 0
  for (const { tags } of documents) if (tags.includes('tag-7')) count++
  return count
}

function handClauses(documents: readonly EntryDocument[]): number {
  let count = 0
  for (const { tags, deprecated, name } of documents) {
    if (tags.includes('tag-7') && !deprecated && name.startsWith('create_')) count++
  }
  return count
}

function handLoose(documents: readonly EntryDocument[]): number {
  let count = 0
  for (const { name, deprecated, meta } of documents) {
    const cost = meta.cost
    if (name.startsWith('create_') && !deprecated && typeof cost === 'number' && cost > 3) count++
  }
  return count
}

function count(filter: Filter, documents: readonly EntryDocument[]): number {
  let matched = 0
  for (const document of documents) if (filter.evaluate(document) === 'match') matched++
  return matched
}

function plus(path: string, documents: readonly EntryDocument[]): number {
  let matched = 0
  for (const json of documents) {
    const found = JSONPath({ path, json, eval: 'safe', wrap: true }) as unknown[]
    if (found.length > 0) matched++
  }
  return matched
}

const TAG = "$.tags[?(@ == 'tag-7')]"
const PLUS: readonly string[] = [
  TAG,
  "$.meta[?(@ == 'core')]",
  "$.tags[?(@ == 'tag-1' || @ == 'tag-2')]",
]

export function benchEvaluation(rounds: number): void {
  const catalog = catalogOf(10_000)
  const documents = catalog.list('tool').map(({ document }) => document)
  const tag = compileFilter(TAG)
  const inTags = compileFilter("'tag-7' in tags")
  const clauses = compileFilter("'tag-7' in tags && !deprecated && startsWith(name, 'create_')")
  const loose = compileFilter("name =~ '^create_' && !deprecated && meta.cost > 3")
  const cold = inTurns(rounds, {
    hand: () => handTag(documents),
    path: () => count(tag, documents),
    expression: () => count(inTags, documents),
    handClauses: () => handClauses(documents),
    clauses: () => count(clauses, documents),
    handLoose: () => handLoose(documents),
    loose: () => count(loose, documents),
  })
  const against = (name: string, hand: string) => cold[name]! / cold[hand]!
  const say = (name: string, hand: string) =>
    `${ms(cold[name]!)}, by hand ${ms(cold[hand]!)}: ${times(against(name, hand))}`
  const check = (what: string, name: string, hand: string, most: number) =>
    row(what, say(name, hand), `${most} x`, against(name, hand) <= most)
  check('one tag, JSONPath, 10,000 entries, evaluated', 'path', 'hand', 3)
  check('one tag, expression, 10,000 entries, evaluated', 'expression', 'hand', 3)
  check('3 clauses, one a tag, 10,000 entries', 'clauses', 'handClauses', 8)
  check('3 clauses, a pattern and a number, 10,000 entries', 'loose', 'handLoose', 8)
  for (const path of PLUS) {
    besidePlus(path, '10,000 entries', documents, rounds)
    // Once more over few: over 10,000 it is mostly the documents that are waited for.
    besidePlus(path, '200 entries', documents.slice(0, 200), 10 * rounds)
  }
}

function besidePlus(
  path: string,
  what: string,
  documents: readonly EntryDocument[],
  rounds: number,
): void {
  const filter = compileFilter(path)
  const both = inTurns(Math.ceil(rounds / 4), {
    facet: () => count(filter, documents),
    plus: () => plus(path, documents),
  })
  const ratio = both.plus! / both.facet!
  const shown = `${ms(both.facet!)}, jsonpath-plus ${ms(both.plus!)}: ${times(ratio)} faster`
  row(`${path.replaceAll('|', '\\|')}, ${what}`, shown, '30 x faster', ratio >= 30)
}

export function benchPostings(rounds: number): void {
  const catalog = catalogOf(100_000)
  const index = catalog.index('tool')
  const documents = catalog.list('tool').map(({ document }) => document)
  for (const [what, filter] of [
    ['one tag', "'tag-7' in tags"],
    ['any of two tags but not a third', "any(tags, 'tag-7', 'tag-8') && !('tag-9' in tags)"],
  ] as const) {
    const { plan } = planOf(compileFilter(filter).node)
    const both = inTurns(rounds, {
      hand: () => handTagAgain(documents),
      postings: () => lookUp(plan, index).size,
    })
    const ratio = both.postings! / both.hand!
    const shown = `${ms(both.postings!)}, loop over one tag by hand ${ms(both.hand!)}: ${times(ratio)}`
    row(`${what}, 100,000 entries, from the postings`, shown, '0.1 x', ratio <= 0.1)
  }
}
