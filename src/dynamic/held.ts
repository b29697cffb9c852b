import type { Catalog } from '../catalog/catalog.ts'
import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import type { Membership } from './membership/membership.ts'
import type { Approvals } from './review/approvals.ts'
import { nameRecord } from './review/name-records.ts'
import { newNames } from './review/names.ts'
import type { DynamicServer } from './servers.ts'
import { type Arranged, type Contended, contend, listFor, toView, type View } from './view.ts'

/** How a view came about: it was ready, is the first one, or took the place of another. */
export type ViewResult = 'hit' | 'miss' | 'rebuild'

/** What gave a name its meaning, when nobody did. */
const SHOWN = { id: 'shown', kind: 'view' } as const

/** A server in use: its membership, and the view made from it last. */
export class Held {
  readonly server: DynamicServer
  readonly membership: Membership
  readonly #catalog: Catalog
  readonly #approvals: Approvals
  /** Replaced, never changed: who has it keeps what was there. */
  #contended: ReadonlyMap<EntryType, Contended> = new Map()
  readonly #arranged = new Map<EntryType, Arranged>()
  readonly #versions = new Map<EntryType, number>()
  #view: View | undefined

  constructor(
    server: DynamicServer,
    membership: Membership,
    catalog: Catalog,
    approvals: Approvals,
  ) {
    this.server = server
    this.membership = membership
    this.#catalog = catalog
    this.#approvals = approvals
  }

  /** The view of the membership as it is, if it is made already. */
  get current(): View | undefined {
    return this.#stale().length === 0 ? this.#view : undefined
  }

  /** All that callers can be shown, as of the view made last. */
  get contended(): ReadonlyMap<EntryType, Contended> {
    return this.#contended
  }

  /**
   * The view of the membership as it is, for those who may use everything. Only types whose members
   * came, went or changed are arranged again.
   *
   * @param at now, in ms since the epoch.
   */
  view(at: number): { view: View; result: ViewResult } {
    const { current } = this
    if (current) return { view: current, result: 'hit' }
    const stale = this.#stale()
    const { id, definition } = this.server
    const review = { server: id, approvals: this.#approvals }
    const all = new Map(this.#contended)
    for (const type of stale) {
      this.#versions.set(type, this.membership.versions(type).any)
      const previous = this.#arranged.get(type)?.list
      const contended = contend(type, this.membership, this.#catalog, definition, review)
      const index = this.#catalog.index(type)
      all.set(type, contended)
      const arranged = listFor(contended, definition, { index, previous })
      this.#arranged.set(type, arranged)
      if (definition.admission === 'review' && definition.status === 'active') {
        this.#note(type, arranged, at)
      }
    }
    this.#contended = all
    const result = this.#view ? 'rebuild' : 'miss'
    this.#view = toView(id, definition, this.#arranged, at)
    return { view: this.#view, result }
  }

  /** Types whose members came, went or changed since the view was made. */
  #stale(): EntryType[] {
    return ENTRY_TYPES.filter(
      (type) => this.#versions.get(type) !== this.membership.versions(type).any,
    )
  }

  /** A name that clients are shown means its entry from then on. */
  #note(type: EntryType, { list }: Arranged, at: number): void {
    const { id } = this.server
    const names = newNames(type, list, { server: id, approvals: this.#approvals })
    const by = { author: SHOWN, decidedAt: new Date(at).toISOString() }
    this.#approvals.note(names.map(([key, holder]) => nameRecord(id, key, holder, by)))
  }
}
