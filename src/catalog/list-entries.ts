import { decodeCursor, encodeCursor } from './cursor.ts'
import type { Entry } from './entry.ts'
import { firstAfter, placeOf } from './order.ts'

/** What a list may be narrowed by, and which page of it is wanted. */
export interface ListQuery {
  readonly tags?: readonly string[]
  /** Whether all tags are wanted or any one of them. */
  readonly match?: 'all' | 'any'
  readonly source?: string | undefined
  /** Words that all occur in the name, title, description or tags. */
  readonly q?: string | undefined
  readonly enabled?: boolean | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface Page {
  readonly entries: readonly Entry[]
  readonly next_cursor?: string
}

/**
 * One page of any ordered list of entries. A cursor points behind an entry, so pages neither skip
 * nor repeat an entry that did not change in between.
 *
 * @throws {FacetError} `invalid_cursor`
 */
export function pageOf(list: readonly Entry[], query: ListQuery): Page {
  const wanted = matcherOf(query)
  const start = query.cursor === undefined ? 0 : firstAfter(list, decodeCursor(query.cursor))
  const entries: Entry[] = []
  for (let i = start; i < list.length; i++) {
    const entry = list[i]!
    if (!wanted(entry)) continue
    if (entries.length === query.limit) {
      return { entries, next_cursor: encodeCursor(placeOf(entries.at(-1)!)) }
    }
    entries.push(entry)
  }
  return { entries }
}

/** Whether an entry is what a query asks for. */
export function matcherOf(query: ListQuery): (entry: Entry) => boolean {
  const tags = query.tags ?? []
  const words = query.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? []
  return ({ document }) => {
    if (query.enabled !== undefined && document.enabled !== query.enabled) return false
    if (query.source !== undefined && document.source !== query.source) return false
    const has = (tag: string) => document.tags.includes(tag)
    if (tags.length > 0 && !(query.match === 'any' ? tags.some(has) : tags.every(has))) return false
    return words.length === 0 || holdsWords(document, words)
  }
}

function holdsWords(document: Entry['document'], words: readonly string[]): boolean {
  const { name, title = '', description = '', tags } = document
  const text = `${name}\n${title}\n${description}\n${tags.join('\n')}`.toLowerCase()
  return words.every((word) => text.includes(word))
}
