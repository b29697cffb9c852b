import { createHash } from 'node:crypto'
import type { EntryDocument } from '../../catalog/entry.ts'
import { inTurns } from '../pace.ts'
import { estimateTokens } from '../providers/estimate.ts'
import { clean } from '../text/clean.ts'
import { type Suspicion, suspicionsOf } from '../text/suspicion.ts'

/** What a model is shown of one candidate. Short keys, because they are paid for in every row. */
export interface Row {
  readonly n: string
  readonly t?: string
  readonly d?: string
  readonly u?: string
  readonly g?: readonly string[]
}

/** A candidate as it is put to a model. */
export interface Item {
  readonly id: string
  readonly source: string
  readonly row: Row
  /** Hash of everything the model is shown: a verdict holds as long as this does. */
  readonly hash: string
  /** What the row takes in a prompt, roughly. */
  readonly tokens: number
  readonly document: EntryDocument
}

/** The index and the punctuation around a row. */
const ROW_OVERHEAD = 3

const MAX_NAME = 80
const MAX_DESCRIPTION = 240
const MAX_URI = 160
const MAX_TAGS = 10
const MAX_TAG = 40

const items = new WeakMap<EntryDocument, Item>()

/** Built once for a version of an entry. */
export function itemOf(document: EntryDocument): Item {
  const known = items.get(document)
  if (known) return known
  const row = rowOf(document)
  const { id, type, source } = document
  const item = {
    id,
    source,
    row,
    hash: hashOf(['entry', type, source, row]),
    tokens: estimateTokens(JSON.stringify(row)) + ROW_OVERHEAD,
    document,
  }
  items.set(document, item)
  return item
}

/** The items of many entries, in their order; other work has its turn in between. */
export async function itemsOf(documents: Iterable<EntryDocument>): Promise<Item[]> {
  const all: Item[] = []
  await inTurns(documents, (document) => all.push(itemOf(document)))
  return all
}

/** In the order of their hashes; other work has its turn in between. */
export async function sortedByHash(all: readonly Item[]): Promise<Item[]> {
  const parts = new Map<string, Item[]>()
  await inTurns(all, (item) => {
    const start = item.hash.slice(0, 2)
    const part = parts.get(start)
    if (part) part.push(item)
    else parts.set(start, [item])
  })
  const sorted: Item[] = []
  await inTurns([...parts.keys()].sort(), (start) => {
    for (const item of parts.get(start)!.sort(byHash)) sorted.push(item)
  })
  return sorted
}

const byHash = (a: Item, b: Item) => (a.hash < b.hash ? -1 : 1)

function rowOf(document: EntryDocument): Row {
  const { name, title, description, uri, uriTemplate, tags } = document
  const [t, d] = [clean(title, MAX_NAME), clean(description, MAX_DESCRIPTION)]
  const u = clean(uri ?? uriTemplate, MAX_URI)
  const g = tags.slice(0, MAX_TAGS).map((tag) => clean(tag, MAX_TAG))
  return {
    n: clean(name, MAX_NAME),
    ...(t ? { t } : {}),
    ...(d ? { d } : {}),
    ...(u ? { u } : {}),
    ...(g.length > 0 ? { g } : {}),
  }
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 32)
}

/** Whether a model would be shown the same of two versions of an entry. Cheap: nothing is hashed. */
export function sameContent(a: EntryDocument, b: EntryDocument): boolean {
  return (
    a.name === b.name &&
    a.title === b.title &&
    a.description === b.description &&
    a.uri === b.uri &&
    a.uriTemplate === b.uriTemplate &&
    a.tags.length === b.tags.length &&
    a.tags.every((tag, i) => tag === b.tags[i])
  )
}

const suspicions = new WeakMap<EntryDocument, readonly Suspicion[]>()

/** Signs that the texts of an entry were written for the model that judges them. */
export function suspicionsAbout(document: EntryDocument): readonly Suspicion[] {
  const known = suspicions.get(document)
  if (known) return known
  const { name, title = '', description = '', uri = '', uriTemplate = '', tags } = document
  const found = suspicionsOf([name, title, description, uri, uriTemplate, ...tags.slice(0, 50)])
  suspicions.set(document, found)
  return found
}
