import type { Search, SearchHit } from '../../selection/search/port.ts'
import type { List, Listed } from '../list.ts'
import { overriddenBy } from '../overrides/overrides.ts'
import { shownDocuments } from './shown-documents.ts'

export interface ToolQuestion {
  readonly query: string
  readonly limit: number
  readonly source: string | undefined
  /** All of them. */
  readonly tags: readonly string[]
}

export interface FoundTool {
  readonly listed: Listed
  readonly score: number
}

/**
 * Hits of one source that is not trusted, on one page: whoever writes descriptions to be found by
 * everything must not fill it.
 */
const MOST_OF_UNTRUSTED = 3

/** Asked for beyond the limit when some may be passed over. */
const SPARE = 8

/** Ids of what lists show, by list: every search of a view needs them. */
const idsOf = new WeakMap<List, ReadonlyMap<string, number>>()

/** The tools of a list that answer a question best. Nothing outside the list has a say in it. */
export async function findTools(
  search: Search,
  list: List,
  { query, limit, source, tags }: ToolQuestion,
): Promise<FoundTool[]> {
  const positions = positionsOf(list, search)
  const wanted = (id: string) => {
    const { document } = list.entries[positions.get(id)!]!
    if (source !== undefined && document.source !== source) return false
    return tags.every((tag) => document.tags.includes(tag))
  }
  const all = [...positions.keys()]
  const among = new Set(source === undefined && tags.length === 0 ? all : all.filter(wanted))
  const capped = list.entries.some((entry) => entry.source.trusted === false)
  const hits = await search.search(query, { limit: capped ? limit * SPARE : limit, among })
  const sourceOf = ({ id }: SearchHit) => list.entries[positions.get(id)!]!.source
  return fair(hits, sourceOf)
    .slice(0, limit)
    .map(({ id, score }) => {
      const position = positions.get(id)!
      return { listed: list.slice(position, position + 1)[0]!, score }
    })
}

function fair(
  hits: readonly SearchHit[],
  sourceOf: (hit: SearchHit) => { readonly id: string; readonly trusted?: boolean },
): SearchHit[] {
  const taken = new Map<string, number>()
  return hits.filter((hit) => {
    const { id, trusted } = sourceOf(hit)
    const count = (taken.get(id) ?? 0) + 1
    taken.set(id, count)
    return trusted !== false || count <= MOST_OF_UNTRUSTED
  })
}

function positionsOf(list: List, search: Search): ReadonlyMap<string, number> {
  const known = idsOf.get(list)
  if (known) return known
  const documents = shownDocuments(search)
  const positions = new Map(
    list.entries.map((entry, position) => [documents.idOf(entry), position]),
  )
  // What is searched beside the catalog may give way: it is asked for every time.
  if (!list.entries.some((entry) => overriddenBy(entry))) idsOf.set(list, positions)
  return positions
}
