import { type Entry, toEntry } from '../../catalog/entry.ts'
import { type Naming, shownName } from '../../catalog/exposed-name.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { JsonObject } from '../../store/ports.ts'
import { type ArgumentFault, argumentFaults, shownSchema } from './arguments.ts'
import { keyOf, type Override, typeOf } from './definition.ts'

/** One override of a server, with what it made of entries. */
export interface CompiledOverride {
  readonly index: number
  readonly override: Override
  readonly type: EntryType
  readonly made: WeakMap<Entry, Entry>
  /** What it made last, so that clients are told of differences they can see and of no others. */
  latest: Entry | undefined
}

/** What stands behind an entry that a server shows otherwise than it is. */
export interface Overridden {
  /** The entry as its source has it. */
  readonly original: Entry
  readonly by: CompiledOverride
}

const originals = new WeakMap<Entry, Overridden>()

/** What was changed on an entry that a view shows; undefined for one shown as it is. */
export function overriddenBy(entry: Entry): Overridden | undefined {
  return originals.get(entry)
}

/** Finds the override of an entry without going through all of them. */
export class Overrides {
  readonly all: readonly CompiledOverride[]
  readonly #byKey: ReadonlyMap<string, CompiledOverride>
  readonly #types: ReadonlySet<EntryType>

  constructor(overrides: readonly Override[]) {
    this.all = overrides.map((override, index) => ({
      index,
      override,
      type: typeOf(override),
      made: new WeakMap(),
      latest: undefined,
    }))
    this.#byKey = new Map(this.all.map((each) => [keyOf(each.override.match), each]))
    this.#types = new Set(this.all.map(({ type }) => type))
  }

  concern(type: EntryType): boolean {
    return this.#types.has(type)
  }

  /** The overrides about an entry; two when one tells it by its source and one by its name. */
  about(entry: Entry, naming: Naming): CompiledOverride[] {
    const { type, source, key } = entry.record
    const byShown = type === 'tool' ? this.#byKey.get(keyOf(shownName(entry, naming))) : undefined
    const bySource = this.#byKey.get(`${type} ${source} ${key}`)
    return [bySource, byShown].filter((each) => each !== undefined)
  }
}

const compiled = new WeakMap<readonly Override[], Overrides>()

/** The overrides of a definition; made once for each list of them. */
export function overridesOf({ overrides }: { readonly overrides: readonly Override[] }): Overrides {
  let known = compiled.get(overrides)
  if (!known) {
    known = new Overrides(overrides)
    compiled.set(overrides, known)
  }
  return known
}

const faults = new WeakMap<Entry, Map<CompiledOverride, readonly ArgumentFault[]>>()

/** What keeps an override from being applied to an entry as it is; nothing when it fits. */
export function faultsOf(by: CompiledOverride, entry: Entry): readonly ArgumentFault[] {
  const { arguments: args } = by.override
  if (!args) return []
  let known = faults.get(entry)
  if (!known) {
    known = new Map()
    faults.set(entry, known)
  }
  let found = known.get(by)
  if (!found) {
    found = argumentFaults(inputSchemaOf(entry), args)
    known.set(by, found)
  }
  return found
}

/** The input schema of a tool; one that says nothing takes any object. */
export function inputSchemaOf({ record }: Entry): JsonObject {
  return (record.definition.inputSchema as JsonObject | undefined) ?? { type: 'object' }
}

/** An entry as the server shows it. The same object for as long as the entry is the same. */
export function overridden(by: CompiledOverride, entry: Entry): Entry {
  const known = by.made.get(entry)
  if (known) return known
  const { name, title, description, arguments: args } = by.override
  const definition: JsonObject = {
    ...entry.record.definition,
    ...(name === undefined ? {} : { name }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(args === undefined ? {} : { inputSchema: shownSchema(inputSchemaOf(entry), args) }),
  }
  // A name that was given is the whole name: it gets no prefix.
  const source = name === undefined ? entry.source : { ...entry.source, prefix: '' }
  const before = by.latest?.record.id === entry.record.id ? by.latest : undefined
  const made = toEntry({ ...entry.record, definition }, source, before)
  by.made.set(entry, made)
  by.latest = made
  originals.set(made, { original: entry, by })
  return made
}
