import type { Catalog } from '../catalog/catalog.ts'
import type { Entry } from '../catalog/entry.ts'
import type { EntryType } from '../rules/fields.ts'
import { List } from './list.ts'
import { faultsOf, overriddenBy } from './overrides/overrides.ts'
import type { Approvals } from './review/approvals.ts'
import { mayShow } from './review/stage.ts'
import type { DynamicServer } from './servers.ts'
import type { Contended, View } from './view.ts'

/** A view kept as it was, so that what a client has cached stays true. */
export interface Frozen {
  readonly server: DynamicServer
  readonly until: number
  readonly view: View
  /** All that callers could be shown at that moment. */
  readonly contended: ReadonlyMap<EntryType, Contended>
  /** The view without what was gone at a revision of the catalog and of decisions. */
  current: { readonly revision: number; readonly view: View }
}

/** Keeps a view for the `cache_ttl` of its server. @param now in ms since the epoch. */
export function freeze(
  server: DynamicServer,
  view: View,
  contended: Frozen['contended'],
  catalog: Catalog,
  approvals: Approvals,
  now: number,
): Frozen {
  const until = now + server.definition.cache_ttl * 1000
  // Without the index of the catalog: names are those of the moment.
  const lists = new Map(
    [...view.lists].map(([type, { entries, naming }]) => [type, new List(entries, naming)]),
  )
  const frozen = { ...view, lists, listed: lists, frozenUntil: until }
  return {
    server,
    until,
    view: frozen,
    contended,
    current: { revision: revisionOf(catalog, approvals), view: frozen },
  }
}

/**
 * A frozen view without what was deleted, disabled or put under review since, or does not fit its
 * override any more: those apply at once.
 */
export function withoutGone(frozen: Frozen, catalog: Catalog, approvals: Approvals): View {
  const revision = revisionOf(catalog, approvals)
  if (frozen.current.revision === revision) return frozen.current.view
  const isThere = remains(frozen, catalog, approvals)
  const lists = new Map(
    [...frozen.view.lists].map(([type, list]) => {
      const there = list.entries.filter(isThere)
      return [type, there.length === list.length ? list : new List(there, list.naming)]
    }),
  )
  const view = { ...frozen.view, lists, listed: lists }
  frozen.current = { revision, view }
  return view
}

/** Whether an entry of a frozen view may still be shown. */
export function remains(
  { server }: Frozen,
  catalog: Catalog,
  approvals: Approvals,
): (entry: Entry) => boolean {
  const { id, definition } = server
  const review = { server: id, approvals }
  return (shown) => {
    const entry = catalog.get(shown.record.id)
    if (!entry?.document.enabled) return false
    return mayShow(entry, definition, review) && stillFits(shown, entry)
  }
}

/** A call must not go to a tool without the argument that was fixed, frozen or not. */
function stillFits(shown: Entry, now: Entry): boolean {
  const found = overriddenBy(shown)
  return !found || faultsOf(found.by, now).length === 0
}

/** Both only grow, so their sum tells whether any of them did. */
export function revisionOf(catalog: Catalog, approvals: Approvals): number {
  return catalog.revision + approvals.revision
}
