import { decodeCursor, encodeCursor } from '../catalog/cursor.ts'
import type { Entry } from '../catalog/entry.ts'
import { firstAfter, type Place, placeOf } from '../catalog/order.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { SelectedEntry } from '../selection/selector.ts'
import type { ChosenSet } from './membership/chosen-set.ts'

/** Which candidates are wanted, and which page of them. */
export interface SelectionQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  /** Index of the one rule it is about; all rules by default. */
  readonly rule?: number | undefined
  readonly matched?: boolean | undefined
  readonly by?: SelectedEntry['by'] | undefined
}

/** Where a page ends: behind an entry of a rule. */
interface Behind {
  readonly rule: number
  readonly place: Place
}

export interface ShownCandidate {
  readonly entry: Entry
  readonly selected: SelectedEntry
}

/**
 * Deals out one page of candidates over the rules of a server, in their order. Rules are to be
 * asked for by index, ascending.
 *
 * @throws {FacetError} `invalid_cursor`
 */
export class SelectionPage {
  readonly #query: SelectionQuery
  readonly #after: Behind | undefined
  #left: number
  #last: Behind | undefined
  #isCut = false

  constructor(query: SelectionQuery) {
    this.#query = query
    this.#left = query.limit
    this.#after = query.cursor === undefined ? undefined : readCursor(query.cursor)
  }

  /** What of a rule's candidates is on this page. */
  of(rule: number, set: ChosenSet): ShownCandidate[] {
    if (this.#isCut || (this.#after && rule < this.#after.rule)) return []
    const all = set.candidates()
    const start = this.#after?.rule === rule ? firstAfter(all, this.#after.place) : 0
    const shown: ShownCandidate[] = []
    for (let i = start; i < all.length; i++) {
      const entry = all[i]!
      const selected = set.live.explain(entry.document.id)
      if (!selected || !this.#wants(selected)) continue
      if (this.#left === 0) {
        this.#isCut = true
        break
      }
      this.#left--
      this.#last = { rule, place: placeOf(entry) }
      shown.push({ entry, selected })
    }
    return shown
  }

  /** Of the next page, if there is one. */
  get nextCursor(): string | undefined {
    if (!this.#isCut || !this.#last) return undefined
    return `${this.#last.rule}.${encodeCursor(this.#last.place)}`
  }

  #wants({ matched, by }: SelectedEntry): boolean {
    const { matched: wanted = matched, by: way = by } = this.#query
    return matched === wanted && by === way
  }
}

function readCursor(cursor: string): Behind {
  const [, rule, place] = /^(\d{1,4})\.(.+)$/.exec(cursor) ?? []
  if (place === undefined) throw new FacetError('invalid_cursor', 'Start again without a cursor.')
  return { rule: Number(rule), place: decodeCursor(place) }
}
