import { type Entry, type SourceInfo, toEntry } from '../../../src/catalog/entry.ts'
import { serverDefinition } from '../../../src/dynamic/definition.ts'
import { ENTRY_TYPES, type EntryType } from '../../../src/rules/fields.ts'
import { admits, compileFilter, type Filter } from '../../../src/rules/filter.ts'
import type { EntryRecord } from '../../../src/store/ports.ts'

export type Definition = ReturnType<typeof serverDefinition.parse>

/** What one server shows, by ids; worked out by going through everything. */
export interface Seen {
  readonly members: Record<EntryType, string[]>
  readonly shown: Record<EntryType, string[]>
  readonly shadowed: [id: string, by: string][]
  readonly trimmed: string[]
  /** How many of the shadowed have the name of a tool of the server. */
  reserved: number
}

const filters = new Map<string, Filter>()

/** Whether a filter may be written for a type. */
export function compiled(filter: string, type: EntryType): Filter | undefined {
  const key = `${type} ${filter}`
  if (!filters.has(key)) {
    try {
      filters.set(key, compileFilter(filter, { types: [type] }))
    } catch {
      return undefined
    }
  }
  return filters.get(key)
}

/** Everything as it is, in plain lists: what the engine is compared with. */
export class World {
  readonly records = new Map<string, EntryRecord>()
  readonly sources = new Map<string, SourceInfo>()
  readonly servers = new Map<string, Definition>()
  /** Whether there is a group of entries to unlock. */
  hasCodes = false

  define(input: object): Definition {
    return serverDefinition.parse({ name: 'x', ...input })
  }

  /** The view of a server from scratch. */
  see(id: string): Seen {
    const definition = this.servers.get(id)!
    const seen: Seen = { members: none(), shown: none(), shadowed: [], trimmed: [], reserved: 0 }
    const entries = [...this.records.values()]
      .filter(({ present }) => present)
      .map((record) => toEntry(record, this.sources.get(record.source)!))
    for (const type of ENTRY_TYPES) {
      const members = entries
        .filter((entry) => entry.record.type === type && belongs(definition, entry))
        .sort(inListOrder)
      seen.members[type] = members.map(({ record }) => record.id)
      let shown: Entry[] = []
      const taken = type === 'tool' ? this.#takenOn(definition) : []
      const isTaken = (entry: Entry) => taken.includes(nameOf(entry, definition))
      for (const entry of members.filter(isTaken)) {
        seen.shadowed.push([entry.record.id, nameOf(entry, definition)])
        seen.reserved++
      }
      for (const entry of members.filter((each) => !isTaken(each))) {
        const first = shown.find((other) => nameOf(other, definition) === nameOf(entry, definition))
        if (first) seen.shadowed.push([entry.record.id, first.record.id])
        else shown.push(entry)
      }
      if (type === 'tool' && definition.max_tools !== null) {
        const ranked = shown.toSorted(
          (a, b) =>
            firstRule(definition, a) - firstRule(definition, b) ||
            byCodePoint(nameOf(a, definition), nameOf(b, definition)) ||
            inListOrder(a, b),
        )
        const dropped = ranked.slice(definition.max_tools)
        seen.trimmed.push(...dropped.map(({ record }) => record.id))
        shown = shown.filter((entry) => !dropped.includes(entry))
      }
      seen.shown[type] = shown.map(({ record }) => record.id)
    }
    return seen
  }

  /** Names that tools of the server itself have. */
  #takenOn({ exposure }: Definition): string[] {
    return [
      ...(exposure === 'search' ? ['search_tools', 'describe_tool', 'call_tool'] : []),
      ...(this.hasCodes ? ['gate_unlock', 'gate_lock', 'gate_status'] : []),
    ]
  }
}

function none(): Record<EntryType, string[]> {
  return { tool: [], prompt: [], resource: [], resource_template: [] }
}

function includes({ rules }: Definition, { document, record, source }: Entry): number[] {
  return rules.flatMap((rule, index) => {
    if (rule.type !== record.type || rule.effect !== 'include') return []
    if (source.federated && !rule.include_federated) return []
    const verdict = compiled(rule.filter!, rule.type)!.evaluate(document)
    return admits(verdict, 'include') ? [index] : []
  })
}

function firstRule(definition: Definition, entry: Entry): number {
  return includes(definition, entry)[0]!
}

function belongs(definition: Definition, entry: Entry): boolean {
  if (!entry.record.enabled || includes(definition, entry).length === 0) return false
  return !definition.rules.some((rule) => {
    if (rule.type !== entry.record.type || rule.effect !== 'exclude') return false
    return admits(compiled(rule.filter!, rule.type)!.evaluate(entry.document), 'exclude')
  })
}

function nameOf({ record, source, document }: Entry, { naming }: Definition): string {
  if (record.type === 'resource' || record.type === 'resource_template') return record.key
  const prefixed = naming === 'prefixed' && source.prefix !== ''
  if (!prefixed || document.name.startsWith(`${source.prefix}_`)) return document.name
  return `${source.prefix}_${document.name}`
}

function inListOrder(a: Entry, b: Entry): number {
  return (
    a.source.sequence - b.source.sequence ||
    byCodePoint(a.document.name, b.document.name) ||
    byCodePoint(a.record.key, b.record.key)
  )
}

function byCodePoint(a: string, b: string): number {
  const [x, y] = [[...a], [...b]]
  for (const [i, character] of x.entries()) {
    const other = y[i]
    if (other === undefined) return 1
    if (character !== other) return character.codePointAt(0)! - other.codePointAt(0)!
  }
  return x.length - y.length
}
