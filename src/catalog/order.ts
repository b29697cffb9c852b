import { compareCodePoints } from '../rules/evaluate/compare.ts'
import type { Entry } from './entry.ts'

/** Where an entry stands in every list; also what a cursor holds. */
export interface Place {
  readonly sequence: number
  readonly name: string
  readonly key: string
}

export function placeOf({ source, document, record }: Entry): Place {
  return { sequence: source.sequence, name: document.name, key: record.key }
}

/** Source creation order, then name by code point, then key: total within one entry type. */
export function comparePlaces(a: Place, b: Place): number {
  return (
    a.sequence - b.sequence || compareCodePoints(a.name, b.name) || compareCodePoints(a.key, b.key)
  )
}

export function compareEntries(a: Entry, b: Entry): number {
  return comparePlaces(placeOf(a), placeOf(b))
}

/** Index of the first entry that stands after a place, in an ordered list. */
export function firstAfter(list: readonly Entry[], place: Place): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (comparePlaces(placeOf(list[middle]!), place) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
