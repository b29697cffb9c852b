import type { Entry } from '../../catalog/entry.ts'
import { exposedName } from '../../catalog/exposed-name.ts'
import { compareEntries } from '../../catalog/order.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { ServerDefinition } from '../definition.ts'
import type { PreviewWarning } from '../warnings.ts'
import { faultsOf, overridden, overridesOf } from './overrides.ts'

/** A member left out because an override about it does not fit it as it is. */
export interface Unfit {
  readonly type: EntryType
  readonly id: string
  readonly name: string
  readonly source: string
  /** Index of the override. */
  readonly override: number
  readonly message: string
}

export interface Presented {
  readonly members: readonly Entry[]
  /** Those of the members that are shown otherwise than they are. */
  readonly changed: readonly Entry[]
  readonly unfit: readonly Unfit[]
}

/**
 * Shows members as the overrides of their server say. A member whose override does not fit is left
 * out: calling it without an argument that was fixed would be calling something else.
 *
 * @param current the entry of an id as it is now: a member may be shown as it was.
 */
export function present(
  type: EntryType,
  members: readonly Entry[],
  definition: ServerDefinition,
  current: (id: string) => Entry | undefined,
): Presented {
  const overrides = overridesOf(definition)
  if (!overrides.concern(type)) return { members, changed: [], unfit: [] }
  const changed: Entry[] = []
  const unfit: Unfit[] = []
  let isRenamed = false
  const shown = members.flatMap((entry) => {
    const about = overrides.about(entry, definition.naming)
    const [by] = about
    if (!by) return [entry]
    const message = misfit(about, entry, current(entry.record.id))
    if (message !== undefined) {
      const { id, source } = entry.record
      unfit.push({ type, id, name: entry.document.name, source, override: by.index, message })
      return []
    }
    const made = overridden(by, entry)
    changed.push(made)
    isRenamed ||= by.override.name !== undefined
    return [made]
  })
  // Lists are in the order of the names that clients see.
  if (isRenamed) shown.sort(compareEntries)
  return { members: shown, changed, unfit }
}

/** Why a member cannot be shown as its overrides say. */
function misfit(
  about: ReturnType<ReturnType<typeof overridesOf>['about']>,
  entry: Entry,
  now: Entry | undefined,
): string | undefined {
  if (about.length > 1) {
    const both = about.map(({ index }) => `overrides[${index}]`).join(' and ')
    return `${both} are about the same entry`
  }
  const [by] = about
  const [fault] = [entry, now ?? entry].flatMap((each) => faultsOf(by!, each))
  return fault?.message
}

/** Names clients see that the index of the catalog does not have. */
export function namesOf(
  entries: readonly Entry[],
  { naming }: Pick<ServerDefinition, 'naming'>,
): string[] {
  return entries.map((entry) => exposedName(entry, naming))
}

/** Members that are left out, one warning for each. */
export function unfitWarnings(unfit: readonly Unfit[]): PreviewWarning[] {
  return unfit.map(({ name, source, override, message }) => ({
    code: 'override_unfit',
    override,
    message: `${name} of ${source} is left out, because overrides[${override}] does not fit it: ${message}.`,
  }))
}
