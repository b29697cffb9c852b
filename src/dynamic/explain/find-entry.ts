import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { quoted } from '../../rules/explain/show-value.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import { nearest } from '../../rules/nearest.ts'
import type { View } from '../view.ts'

/** How an entry is pointed at: by its id, or by a name, or a URI for resources and templates. */
export interface EntryQuery {
  readonly entry?: string | undefined
  readonly type?: EntryType | undefined
  readonly name?: string | undefined
  readonly source?: string | undefined
}

export interface FoundEntry {
  readonly entry: Entry
  /** Others the name stands for as well. */
  readonly others: readonly Entry[]
}

/** Names longer than this are not guessed at, and at most so many are compared. */
const GUESS = { length: 128, names: 20_000 } as const

/**
 * The entry that is asked about. Of several with a name the one the server shows, else the first.
 *
 * @throws {FacetError} `not_found` with the nearest name, `invalid_request` when none is given.
 */
export function findEntry(catalog: Catalog, query: EntryQuery, view: View): FoundEntry {
  if (query.entry !== undefined) return { entry: byId(catalog, query.entry), others: [] }
  if (query.name === undefined) {
    throw new FacetError('invalid_request', 'Say which entry: its id in entry, or its name.', {
      errors: [{ path: 'name', message: 'Expected entry, or name (and type).' }],
    })
  }
  const { name } = query
  const types = query.type ? [query.type] : ENTRY_TYPES
  const found = types.flatMap((type) => {
    const all = named(catalog, type, name, view)
    return query.source === undefined ? all : all.filter(({ source }) => source.id === query.source)
  })
  if (found.length === 0) throw unknownName(catalog, types, query)
  const shown = types.map((type) => view.lists.get(type)!.find(name)?.entry.record.id)
  const entry = found.find(({ record }) => shown.includes(record.id)) ?? found[0]!
  return { entry, others: found.filter((other) => other !== entry) }
}

function byId(catalog: Catalog, id: string): Entry {
  const entry = catalog.get(id)
  if (entry) return entry
  const record = catalog.record(id)
  const message = record
    ? `The source ${quoted(record.source)} does not offer the entry ${quoted(id)} now.`
    : `There is no entry ${quoted(id)}.`
  throw new FacetError('not_found', message, { errors: [{ path: 'entry', message }] })
}

/** Entries with a name of their own, under a name clients see, or with a URI; in order. */
function named(catalog: Catalog, type: EntryType, name: string, view: View): Entry[] {
  const index = catalog.index(type)
  const { naming } = view.definition
  // A name that an override gives is in no index.
  const shown = view.lists.get(type)!.find(name)
  const slots = new Set([
    ...(shown ? [index.slotOf(shown.entry.record.id)!] : []),
    ...index.named(name).toArray(),
    ...index.names('plain').get(name),
    ...index.names(naming).get(name),
  ])
  const ids = new Set([...slots].map((slot) => index.at(slot)!.record.id))
  if (ids.size < 2) return [...slots].map((slot) => index.at(slot)!)
  return index.list().filter(({ record }) => ids.has(record.id))
}

function unknownName(
  catalog: Catalog,
  types: readonly EntryType[],
  { name = '', source }: EntryQuery,
): FacetError {
  const noun = types.length === 1 ? types[0]!.replaceAll('_', ' ') : 'entry'
  const where = source === undefined ? '' : ` in the source ${quoted(source)}`
  const guess = guessName(catalog, types, name)
  const fix = guess === undefined ? '' : ` Did you mean ${quoted(guess)}?`
  const message = `There is no ${noun} ${quoted(name)}${where}.${fix}`
  return new FacetError('not_found', message, { errors: [{ path: 'name', message }] })
}

function guessName(
  catalog: Catalog,
  types: readonly EntryType[],
  name: string,
): string | undefined {
  if (name.length > GUESS.length) return undefined
  const names = new Set<string>()
  for (const type of types) {
    for (const { document, record } of catalog.list(type)) {
      if (names.size >= GUESS.names) break
      names.add(document.name).add(record.key)
    }
  }
  return nearest(name, names)
}
