import type { Entry } from '../catalog/entry.ts'
import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import type { JsonObject } from '../store/ports.ts'
import type { ServerDefinition } from './definition.ts'
import type { Member, RuleReport, Selection } from './select.ts'

/** One entry as a dynamic server shows it. */
export interface Listed {
  readonly entry: Entry
  /** The name clients see; equal to the entry's own unless the server prefixes names. */
  readonly name: string
  readonly matchedBy: readonly number[]
}

/** A member left out because an earlier one has the same exposed name or URI. */
export interface Shadowed {
  readonly type: EntryType
  readonly id: string
  readonly name: string
  readonly source: string
  /** Id of the entry that is shown instead. */
  readonly by: string
}

/**
 * What one kind of caller sees of one dynamic server. Every list, call, preview and notification
 * is made from a view, so they cannot disagree.
 */
export interface View {
  readonly server: string
  readonly definition: ServerDefinition
  readonly lists: ReadonlyMap<EntryType, readonly Listed[]>
  readonly shadowed: readonly Shadowed[]
  readonly rules: readonly RuleReport[]
  /** When the membership was evaluated, in ms since the epoch. */
  readonly at: number
  /** When a frozen membership ends, in ms since the epoch; 0 for one that is always live. */
  readonly frozenUntil: number
}

/** Turns a selection into lists: clashes are settled, names are the ones clients see. */
export function arrange(
  definition: ServerDefinition,
  selection: Selection,
): Pick<View, 'lists' | 'shadowed'> {
  const lists = new Map<EntryType, Listed[]>()
  const shadowed: Shadowed[] = []
  for (const type of ENTRY_TYPES) {
    const first = new Map<string, string>()
    const listed: Listed[] = []
    for (const { entry, matchedBy } of selection.members.get(type) ?? ([] as Member[])) {
      const name = exposedName(entry, definition)
      const identity = isNamed(type) ? name : entry.record.key
      const by = first.get(identity)
      if (by === undefined) {
        first.set(identity, entry.record.id)
        listed.push({ entry, name, matchedBy })
      } else {
        const { id, source } = entry.record
        shadowed.push({ type, id, name: identity, source, by })
      }
    }
    lists.set(type, listed)
  }
  return { lists, shadowed }
}

/** Tools and prompts are told apart by name, resources and templates by URI. */
function isNamed(type: EntryType): boolean {
  return type === 'tool' || type === 'prompt'
}

function exposedName({ document, source }: Entry, { naming }: ServerDefinition): string {
  const { prefix } = source
  if (naming === 'plain' || prefix === '' || !isNamed(document.type)) return document.name
  return document.name.startsWith(`${prefix}_`) ? document.name : `${prefix}_${document.name}`
}

/** The object an MCP list shows: what the source said, under the exposed name. */
export function toMcp({ entry, name }: Listed): JsonObject {
  const { definition, meta } = entry.record
  const listed: JsonObject = { ...definition, name }
  if (!entry.source.federated && meta !== null) listed._meta = meta
  return listed
}

/** Whether clients would see any difference between two lists. */
export function sameList(a: readonly Listed[], b: readonly Listed[]): boolean {
  return a.length === b.length && a.every((listed, i) => sameListed(listed, b[i]!))
}

function sameListed(a: Listed, b: Listed): boolean {
  const [x, y] = [a.entry.record, b.entry.record]
  return (
    a.name === b.name &&
    x.id === y.id &&
    (x.definition === y.definition ||
      JSON.stringify(x.definition) === JSON.stringify(y.definition)) &&
    (a.entry.source.federated || JSON.stringify(x.meta) === JSON.stringify(y.meta))
  )
}
