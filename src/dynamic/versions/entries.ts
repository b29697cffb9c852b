import type { Catalog } from '../../catalog/catalog.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { LIMITS } from '../../rules/limits.ts'
import type { JsonObject } from '../../store/ports.ts'
import { compileRules } from '../compile.ts'
import { rulesSchema } from '../definition.ts'
import type { Membership } from '../membership/membership.ts'
import type { Memberships } from '../membership/memberships.ts'
import type { DiffEntry } from '../preview.ts'

export interface EntryDifference {
  readonly gained: readonly DiffEntry[]
  readonly lost: readonly DiffEntry[]
}

/**
 * Which entries the rules of one definition select now and those of another do not.
 *
 * @throws {FacetError} when either cannot be evaluated now, `too_expensive` among it.
 */
export async function entriesBetween(
  { catalog, memberships }: { catalog: Catalog; memberships: Memberships },
  from: JsonObject,
  to: JsonObject,
): Promise<EntryDifference> {
  const opened: Membership[] = []
  const meter = { left: LIMITS.runSteps }
  try {
    for (const { rules } of [from, to]) {
      const parsed = rulesSchema.safeParse(rules ?? [])
      if (!parsed.success) {
        throw new FacetError('invalid_request', 'The rules are of another version of Facet.')
      }
      opened.push(await memberships.open(compileRules(parsed.data), { meter }))
    }
    await memberships.settled()
    const [before, after] = opened as [Membership, Membership]
    return { gained: without(catalog, after, before), lost: without(catalog, before, after) }
  } finally {
    for (const membership of opened) memberships.release(membership)
  }
}

function without(catalog: Catalog, one: Membership, other: Membership): DiffEntry[] {
  return ENTRY_TYPES.flatMap((type) => {
    const index = catalog.index(type)
    return index
      .inOrder(one.members(type).clone().deleteAll(other.members(type)))
      .map((slot) => index.at(slot)!)
      .map(({ record, document: { name } }) => ({
        id: record.id,
        type,
        name,
        source: record.source,
      }))
  })
}
