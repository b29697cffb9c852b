import type { Guards } from '../access/guards/guards.ts'
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

/** What views are made with, besides the server and its members. */
export interface HeldContext {
  readonly catalog: Catalog
  readonly approvals: Approvals
  readonly guards: Pick<Guards, 'hasCodes'>
}

/** A server in use: its membership, and the view made from it last. */
export class Held {
  readonly server: DynamicServer
  readonly membership: Membership
  readonly #context: HeldContext
  /** Replaced, never changed: who has it keeps what was there. */
  #contended: ReadonlyMap<EntryType, Contended> = new Map()
  readonly #arranged = new Map<EntryType, Arranged>()
  readonly #versions = new Map<EntryType, number>()
  #view: View | undefined

  constructor(server: DynamicServer, membership: Membership, context: HeldContext) {
    this.server = server
    this.membership = membership
    this.#context = context
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
    const { catalog, approvals, guards } = this.#context
    const { hasCodes } = guards
    const reviewed = { server: id, approvals }
    const all = new Map(this.#contended)
    for (const type of stale) {
      this.#versions.set(type, this.membership.versions(type).any)
      const previous = this.#arranged.get(type)?.list
      const contended = contend(type, this.membership, catalog, definition, {
        hasCodes,
        reviewed,
      })
      const index = catalog.index(type)
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
    const { approvals } = this.#context
    const names = newNames(type, list, { server: id, approvals })
    const by = { author: SHOWN, decidedAt: new Date(at).toISOString() }
    approvals.note(names.map(([key, holder]) => nameRecord(id, key, holder, by)))
  }
}
