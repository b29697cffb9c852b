import type { Entry } from '../../catalog/entry.ts'
import { overriddenBy } from './overrides.ts'

/** What an override changed on an entry. */
export interface OverriddenFields {
  /** Index of the override. */
  readonly override: number
  /** The name the entry has at its source. */
  readonly name: string
  readonly fields: readonly ('name' | 'title' | 'description')[]
  /** Arguments with a fixed value. */
  readonly fixed: readonly string[]
  readonly hidden: readonly string[]
}

/** What was changed on an entry that a view shows; undefined for one shown as it is. */
export function overriddenFields(entry: Entry): OverriddenFields | undefined {
  const found = overriddenBy(entry)
  if (!found) return undefined
  const { by, original } = found
  const args = Object.entries(by.override.arguments ?? {})
  return {
    override: by.index,
    name: original.document.name,
    fields: (['name', 'title', 'description'] as const).filter(
      (field) => by.override[field] !== undefined,
    ),
    fixed: args.filter(([, { fixed }]) => fixed !== undefined).map(([name]) => name),
    hidden: args.filter(([, { hidden }]) => hidden).map(([name]) => name),
  }
}
