import type { Caller } from '../../access/caller.ts'
import type { Hidden } from '../../access/hidden.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { GateStage } from '../guards/gates.ts'
import type { Turns } from '../membership/turns.ts'
import { withoutHidden } from '../stages/hide.ts'
import { type Contended, listFor, toView, type View } from '../view.ts'
import type { Subjected } from './grounds.ts'
import type { Permits } from './permits.ts'
import { Personal } from './personal.ts'

/** A question about somebody, and how much of the answer is for whoever asks. */
export interface LookThrough {
  readonly caller: Caller
  /** `policies` keeps back what the caller is made of, `none` all reasons. */
  readonly reasons: 'all' | 'policies' | 'none'
  /** Set for a user who cannot come in, whatever policies say. */
  readonly isDisabled?: boolean
}

/** Everything decisions about a caller are made with. */
export interface PermitTools {
  readonly catalog: Catalog
  readonly permits: Permits
  readonly hidden: Hidden
  readonly turns: Turns
  readonly gates: GateStage
}

/**
 * What a caller would see of a server, drafts and servers that are not saved included. Decided by the
 * sets that lists are made with, and kept nowhere.
 *
 * @param contended what callers can be shown, as it is at the moment of the call
 * @throws {FacetError} `policy_unusable`, `too_expensive`, or why a policy cannot be evaluated.
 */
export async function viewThrough(
  { catalog, permits, hidden, turns }: PermitTools,
  server: Subjected,
  caller: Caller,
  contended: () => ReadonlyMap<EntryType, Contended>,
  at = 0,
): Promise<View> {
  const { id, definition } = server
  const grounds = permits.finder.fresh(server, caller)
  const personal = Personal.on(grounds)
  if (grounds && personal) {
    for (const { shown } of contended().values()) {
      const entries = shown.map((entry) => catalog.get(entry.record.id) ?? entry)
      await personal.warm(grounds, entries, turns)
    }
  }
  const view = await permits.whenReady(grounds, () => {
    const now = contended()
    const arranged = new Map(
      ENTRY_TYPES.map((type) => {
        const ofType = now.get(type)!
        if (!grounds) return [type, listFor(ofType, definition, {})]
        const mayUse = permits.among(type, grounds, ofType.shown, personal)
        return [type, listFor(ofType, definition, { permits: mayUse })]
      }),
    )
    return toView(id, definition, arranged, at, grounds?.key)
  })
  const hides = hidden.of(caller.id)
  return hides ? withoutHidden(view, hides) : view
}
