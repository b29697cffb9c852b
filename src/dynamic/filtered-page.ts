import { decodeCursor, encodeCursor } from '../catalog/cursor.ts'
import type { Entry } from '../catalog/entry.ts'
import { type ListQuery, matcherOf, type Page, pageOf } from '../catalog/list-entries.ts'
import { firstAfter, placeOf } from '../catalog/order.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { EntryType } from '../rules/fields.ts'
import type { Meter } from '../rules/filter.ts'
import { compileOne } from './compile.ts'
import { Turns } from './membership/turns.ts'

export interface FilteredQuery extends ListQuery {
  readonly filter?: string | undefined
}

/** Work for one page: a common filter over 100,000 entries takes a tenth of it. */
const MAX_STEPS = 50_000_000

/** All lists that are filtered share the event loop. */
const turns = new Turns()

/**
 * One page of an ordered list, narrowed by a filter after everything else the query asks for. What
 * the filter cannot decide is left out. A page goes on from where the one before ended, and the work
 * for one page is bounded.
 *
 * @throws {FacetError} `invalid_cursor`, `invalid_filter`, `too_expensive`
 */
export async function filteredPage(
  list: readonly Entry[],
  type: EntryType,
  query: FilteredQuery,
): Promise<Page> {
  if (query.filter === undefined) return pageOf(list, query)
  const filter = compileOne(query.filter, 'filter', { types: [type] })
  const wanted = matcherOf(query)
  const meter: Meter = { left: MAX_STEPS }
  const start = query.cursor === undefined ? 0 : firstAfter(list, decodeCursor(query.cursor))
  const entries: Entry[] = []
  for (let i = start; i < list.length; i++) {
    const turn = turns.step()
    if (turn) await turn
    const entry = list[i]!
    if (!wanted(entry)) continue
    const verdict = filter.evaluate(entry.document, undefined, meter)
    if (meter.left < 0) {
      throw new FacetError('too_expensive', 'The filter takes too much work over this list.')
    }
    if (verdict !== 'match') continue
    if (entries.length === query.limit) {
      return { entries, next_cursor: encodeCursor(placeOf(entries.at(-1)!)) }
    }
    entries.push(entry)
  }
  return { entries }
}
