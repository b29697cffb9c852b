import type { Caller } from '../../access/caller.ts'
import type { Entry } from '../../catalog/entry.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Filter, Meter } from '../../rules/filter.ts'
import { LIMITS } from '../../rules/limits.ts'
import { List } from '../list.ts'
import { Turns } from '../membership/turns.ts'
import type { View } from '../view.ts'
import type { Views } from '../views.ts'

/** All narrowings share the event loop. */
const turns = new Turns()

/** Views that are narrowed at a time by one narrowing; those of other servers are made again. */
const MAX_VIEWS = 16

/**
 * A filter a client put on its own connection, for one caller where it looks at who asks. It takes
 * entries out of a view and can do nothing else.
 */
export class Narrowing implements Views {
  /** Equal for narrowings that take away the same. */
  readonly key: string
  readonly #filter: Filter
  readonly #caller: Caller | undefined
  readonly #views: Views
  /** Verdicts on entries, which never change themselves: only what is new is evaluated. */
  readonly #verdicts = new WeakMap<Entry, boolean>()
  /** By server and what its caller may use, the least recently used first. */
  readonly #narrowed = new Map<string, { readonly from: View; readonly view: Promise<View> }>()

  constructor(views: Views, filter: Filter, caller: Caller | undefined, key: string) {
    this.#views = views
    this.#filter = filter
    this.#caller = caller
    this.key = key
  }

  /** @throws {FacetError} as the resolver, and `too_expensive`. */
  async resolve(server: string, caller: Caller): Promise<View> {
    const from = await this.#views.resolve(server, caller)
    const key = `${server} ${from.signature}${from.listed === from.lists ? '' : ` ${caller.id}`}`
    const known = this.#narrowed.get(key)
    this.#narrowed.delete(key)
    const kept = known?.from === from ? known : { from, view: this.#narrow(from) }
    this.#narrowed.set(key, kept)
    if (this.#narrowed.size > MAX_VIEWS) {
      this.#narrowed.delete(this.#narrowed.keys().next().value!)
    }
    try {
      return await kept.view
    } catch (error) {
      if (this.#narrowed.get(key) === kept) this.#narrowed.delete(key)
      throw error
    }
  }

  async #narrow(view: View): Promise<View> {
    const meter: Meter = { left: LIMITS.runSteps }
    const lists = new Map<View['lists'] extends ReadonlyMap<infer K, List> ? K : never, List>()
    for (const [type, list] of view.lists) {
      const kept: Entry[] = []
      for (const entry of list.entries) {
        const turn = turns.step()
        if (turn) await turn
        if (this.#keeps(entry, meter)) kept.push(entry)
        if (meter.left < 0) {
          throw new FacetError('too_expensive', 'The filter takes too much work over this server.')
        }
      }
      lists.set(type, kept.length === list.length ? list : new List(kept, list.naming))
    }
    const gates = await view.gates?.within(lists, turns)
    if (view.listed === view.lists) return { ...view, lists, listed: lists, gates }
    const listed = new Map(
      [...view.listed].map(([type, list]) => {
        const kept = list.entries.filter((entry) => this.#keeps(entry, meter))
        return [type, new List(kept, list.naming)]
      }),
    )
    return { ...view, lists, listed, gates }
  }

  /** What cannot be decided is taken away. */
  #keeps(entry: Entry, meter: Meter): boolean {
    let keeps = this.#verdicts.get(entry)
    if (keeps === undefined) {
      keeps = this.#filter.evaluate(entry.document, this.#caller, meter) === 'match'
      this.#verdicts.set(entry, keeps)
    }
    return keeps
  }
}
