import type { Caller } from '../../access/caller.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Filter } from '../../rules/filter.ts'
import { compileOne } from '../compile.ts'
import type { Views } from '../views.ts'
import { Narrowing } from './narrowing.ts'

/** Filters kept compiled, and narrowings kept with what they made of views. */
const MAX_KEPT = 500

/** The narrowings that clients ask for, a bounded number of them kept ready. */
export class Narrowings {
  readonly #views: Views
  readonly #filters = new Map<string, Filter>()
  readonly #narrowings = new Map<string, Narrowing>()

  constructor(views: Views) {
    this.#views = views
  }

  /**
   * What `?filter=` of an address asks for; undefined when there is none.
   *
   * @throws {FacetError} `invalid_filter` with its position, `invalid_request` for two of them.
   */
  of(url: string, caller: Caller): Narrowing | undefined {
    if (!url.includes('?')) return undefined
    const [source, ...others] = new URL(url).searchParams.getAll('filter')
    if (source === undefined) return undefined
    if (others.length > 0) {
      throw new FacetError('invalid_request', 'There is one filter; join conditions with &&.', {
        errors: [{ path: 'filter', message: 'Given more than once.' }],
      })
    }
    const filter = kept(this.#filters, source, () => compileOne(source, 'filter', { caller: true }))
    // The parser lets a filter read the caller only by this word, so without it all share.
    const seen = source.includes('caller') ? caller : undefined
    const key = JSON.stringify([source, seen ?? null])
    return kept(this.#narrowings, key, () => new Narrowing(this.#views, filter, seen, key))
  }
}

/** The value of a key, made when it is not there; the least recently used ones are forgotten. */
function kept<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make()
  map.delete(key)
  map.set(key, value)
  if (map.size > MAX_KEPT) map.delete(map.keys().next().value!)
  return value
}
