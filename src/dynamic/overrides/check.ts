import { isDeepStrictEqual } from 'node:util'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import type { Naming } from '../../catalog/exposed-name.ts'
import type { ErrorItem } from '../../errors/facet-error.ts'
import type { ServerDefinition } from '../definition.ts'
import { reservedNames } from '../search/meta-tools.ts'
import type { PreviewWarning } from '../warnings.ts'
import { unknownHidden } from './arguments.ts'
import { type CompiledOverride, faultsOf, inputSchemaOf, overridesOf } from './overrides.ts'

/** Something about an override and an entry it is about. */
export interface OverrideFault {
  readonly override: number
  /** Where in the override. */
  readonly path: string
  readonly message: string
  readonly entry: Entry
}

/** The entries of the catalog that an override is about, whatever server shows them. */
export function entriesAbout(
  { override, type }: CompiledOverride,
  catalog: Catalog,
  naming: Naming,
): Entry[] {
  const index = catalog.index(type)
  const { match } = override
  if (typeof match === 'string') {
    return index
      .names(naming)
      .get(match)
      .flatMap((slot) => index.at(slot) ?? [])
  }
  const id = catalog.idOf(match.source, type, (match.name ?? match.uri)!)
  const entry = id === undefined ? undefined : catalog.get(id)
  return entry ? [entry] : []
}

/** Every override that does not fit an entry as it is in the catalog. */
export function overrideFaults(catalog: Catalog, definition: ServerDefinition): OverrideFault[] {
  const overrides = overridesOf(definition)
  return overrides.all.flatMap((by) =>
    entriesAbout(by, catalog, definition.naming).flatMap((entry): OverrideFault[] => {
      const about = overrides.about(entry, definition.naming)
      const other = about.find((each) => each !== by)
      if (other) {
        const message = `overrides[${other.index}] is about the same entry`
        return [{ override: by.index, path: 'match', message, entry }]
      }
      return faultsOf(by, entry).map(({ argument, message }) => ({
        override: by.index,
        path: `arguments.${argument}`,
        message,
        entry,
      }))
    }),
  )
}

/**
 * What keeps overrides from being saved: those that are new and do not fit the catalog as it is.
 * Those that were there before stay, so that an upstream cannot keep a server from being changed.
 */
export function overrideErrors(
  catalog: Catalog,
  before: ServerDefinition | undefined,
  next: ServerDefinition,
): ErrorItem[] {
  if (next.overrides.length === 0) return []
  const old = before?.naming === next.naming ? before.overrides : []
  const isNew = next.overrides.map(
    (override) => !old.some((each) => isDeepStrictEqual(each, override)),
  )
  const misfits = overrideFaults(catalog, next)
    .filter(({ override }) => isNew[override])
    .map(({ override, path, message, entry }) => ({
      path: `overrides[${override}].${path}`,
      message: `For ${entry.document.name} of ${entry.record.source}, ${message}.`,
    }))
  return [...reservedErrors(next), ...misfits]
}

/** The names of a server's own tools are not to be had. */
function reservedErrors(definition: ServerDefinition): ErrorItem[] {
  const reserved = reservedNames(definition)
  return definition.overrides.flatMap(({ name }, index) =>
    name !== undefined && reserved.has(name)
      ? [{ path: `overrides[${index}].name`, message: `The server has a tool ${name} itself.` }]
      : [],
  )
}

/** What the author of overrides should know, besides members that are left out for them. */
export function overrideWarnings(catalog: Catalog, definition: ServerDefinition): PreviewWarning[] {
  return overridesOf(definition).all.flatMap((by): PreviewWarning[] => {
    const { index, override } = by
    const entries = entriesAbout(by, catalog, definition.naming)
    if (entries.length === 0) {
      const message = `overrides[${index}] is about no entry there is now.`
      return [{ code: 'override_unmatched', override: index, message }]
    }
    const args = override.arguments
    if (!args) return []
    const unknown = new Set(entries.flatMap((entry) => unknownHidden(inputSchemaOf(entry), args)))
    return [...unknown].map((argument) => {
      const message = `overrides[${index}] hides ${argument}, which the tool does not have.`
      return { code: 'override_unmatched', override: index, message }
    })
  })
}
