import { shownTools } from '../dynamic/search/shown-tools.ts'
import type { View } from '../dynamic/view.ts'
import type { EntryType } from '../rules/fields.ts'
import type { JsonObject } from '../store/ports.ts'
import { pageOf } from './page.ts'

/**
 * One page of what an MCP list shows of a view. A server's own tools come first.
 *
 * @throws {FacetError} `invalid_cursor`
 */
export function listPage(
  view: View,
  type: EntryType,
  cursor: string | undefined,
): { items: JsonObject[]; nextCursor?: string } {
  if (type !== 'tool') return pageOf(view.listed.get(type)!, cursor)
  const { metaTools, list } = shownTools(view)
  const page = pageOf(list, cursor)
  return cursor === undefined ? { ...page, items: [...metaTools, ...page.items] } : page
}
