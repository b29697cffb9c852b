import { LRUCache } from 'lru-cache'
import { encodeCursor } from '../catalog/cursor.ts'
import { placeOf } from '../catalog/order.ts'
import type { Metrics } from '../observability/metrics.ts'
import { type List, toMcp } from './list.ts'

/** Entries on one page of an MCP list. */
export const PAGE_ENTRIES = 1_000

/** Memory all stored pages may take together, in bytes. */
const MAX_BYTES = 64 * 2 ** 20

/** One page of a list as it is sent: the members of a JSON object, without its braces. */
export interface Page {
  readonly bytes: Buffer
}

/**
 * The pages of lists, serialised when they are first asked for. They are shared by everybody who
 * sees the same list, and given up, those unused longest first, when they take too much memory.
 */
export class Pages {
  readonly #metrics: Metrics
  readonly #pages: LRUCache<string, Page>

  constructor(metrics: Metrics, maxBytes = MAX_BYTES) {
    this.#metrics = metrics
    this.#pages = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ bytes }, key) => bytes.length + key.length * 2 + 100,
    })
  }

  /** Memory the pages take, in bytes. */
  get bytes(): number {
    return this.#pages.calculatedSize
  }

  /**
   * The page that begins with the entry at an index.
   *
   * @param key what the result calls the list: `tools`, `resourceTemplates` …
   */
  get(list: List, key: string, start: number): Page {
    const id = `${list.content} ${key} ${start}`
    const known = this.#pages.get(id)
    this.#metrics.viewRequests.inc({ kind: 'page', result: known ? 'hit' : 'miss' })
    if (known) return known
    const page = { bytes: serialise(list, key, start) }
    this.#pages.set(id, page)
    return page
  }
}

function serialise(list: List, key: string, start: number): Buffer {
  const end = start + PAGE_ENTRIES
  const items = list.slice(start, end).map((listed) => JSON.stringify(toMcp(listed)))
  const next =
    end < list.length
      ? `,"nextCursor":${JSON.stringify(encodeCursor(placeOf(list.entries[end - 1]!)))}`
      : ''
  return Buffer.from(`${JSON.stringify(key)}:[${items.join(',')}]${next}`)
}
