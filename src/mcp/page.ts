import { decodeCursor, encodeCursor } from '../catalog/cursor.ts'
import { placeOf } from '../catalog/order.ts'
import { type List, toMcp } from '../dynamic/list.ts'
import { PAGE_ENTRIES } from '../dynamic/pages.ts'
import type { JsonObject } from '../store/ports.ts'

/**
 * One page of a list. The cursor points behind an entry, so that the pages of a list that changes
 * in between neither skip nor repeat an entry that did not.
 *
 * @throws {FacetError} `invalid_cursor`
 */
export function pageOf(
  list: List,
  cursor: string | undefined,
): { items: JsonObject[]; nextCursor?: string } {
  const start = cursor === undefined ? 0 : list.firstAfter(decodeCursor(cursor))
  const page = list.slice(start, start + PAGE_ENTRIES)
  const items = page.map(toMcp)
  if (start + PAGE_ENTRIES >= list.length) return { items }
  return { items, nextCursor: encodeCursor(placeOf(page.at(-1)!.entry)) }
}
