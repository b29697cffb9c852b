import type { EntryType } from '../rules/fields.ts'
import type { EntryRecord, JsonObject } from '../store/ports.ts'
import { mergePatch } from './merge-patch.ts'
import { shownTags } from './tags.ts'

/** Id of the source of entries posted here. It exists from the start and comes first in order. */
export const MANUAL = 'manual'

/** What the catalog has to know of a source to show and order its entries. */
export interface SourceInfo {
  readonly id: string
  /** Creation order: the first part of the order of every list. */
  readonly sequence: number
  /** Tags every entry of the source has. */
  readonly tags: readonly string[]
  /** Whether its entries come from an upstream. */
  readonly federated: boolean
  /** Put before names on servers with prefixed names; empty for none. */
  readonly prefix: string
  /** false: no page of search results is filled with its entries. */
  readonly trusted?: boolean
}

/** What a filter sees of an entry, and what REST answers with. Plain JSON, never changed. */
export interface EntryDocument {
  readonly id: string
  readonly type: EntryType
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly source: string
  readonly federated: boolean
  readonly enabled: boolean
  readonly deprecated: boolean
  readonly owner: string | null
  readonly roles: readonly string[]
  readonly inputSchema?: JsonObject
  readonly outputSchema?: JsonObject
  readonly annotations?: JsonObject
  readonly arguments?: readonly JsonObject[]
  readonly uri?: string
  readonly uriTemplate?: string
  readonly mimeType?: string
  readonly meta: JsonObject
  readonly created_at: string
  readonly updated_at: string
}

/** One tool, prompt, resource or resource template as the catalog holds it. */
export interface Entry {
  readonly record: EntryRecord
  readonly document: EntryDocument
  readonly source: SourceInfo
  /**
   * Number of what MCP lists show of the entry. It is another one as soon as a client would see a
   * difference, and never used again in this process.
   */
  readonly shown: number
}

let lastShown = 0

/** Fields of the MCP object that the document shows under their own names. */
const SHOWN = [
  'title',
  'description',
  'inputSchema',
  'outputSchema',
  'annotations',
  'arguments',
  'uri',
  'uriTemplate',
  'mimeType',
] as const

/**
 * Builds an entry from its record; both stay untouched from then on.
 *
 * @param before the entry it takes the place of, to tell whether clients will see a difference.
 */
export function toEntry(record: EntryRecord, source: SourceInfo, before?: Entry): Entry {
  const { definition } = record
  const shown = SHOWN.flatMap((field) =>
    definition[field] === undefined ? [] : [[field, definition[field]]],
  )
  const document = {
    id: record.id,
    type: record.type,
    name: definition.name,
    ...Object.fromEntries(shown),
    tags: shownTags(baseTags(record, source), record),
    source: record.source,
    federated: source.federated,
    enabled: record.enabled,
    deprecated: record.deprecated,
    owner: record.owner,
    roles: record.roles,
    meta: shownMeta(record),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  } as unknown as EntryDocument
  const shownAs = before && looksSame(before, record, source) ? before.shown : ++lastShown
  return { record, document, source, shown: shownAs }
}

/** Whether lists show a record exactly as they showed an entry, in the same place. */
function looksSame({ record, source }: Entry, next: EntryRecord, its: SourceInfo) {
  return (
    source.sequence === its.sequence &&
    source.prefix === its.prefix &&
    record.key === next.key &&
    sameJson(record.definition, next.definition) &&
    (its.federated || sameJson(record.meta, next.meta))
  )
}

function sameJson(a: JsonObject | null, b: JsonObject | null): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** The tags an entry has before anything set here: those of its source and of its upstream. */
export function baseTags(record: EntryRecord, source: Pick<SourceInfo, 'tags'>): string[] {
  return [...new Set([...record.upstreamTags, ...source.tags])]
}

/** The entry's own `_meta` with what was set here over it. */
export function shownMeta(record: EntryRecord): JsonObject {
  const own = (record.definition._meta ?? {}) as JsonObject
  return record.meta ? (mergePatch(own, record.meta) as JsonObject) : own
}

/** The REST body of an entry: its document, and whose tags are whose. */
export function present(entry: Entry): EntryDocument & { upstream_tags?: readonly string[] } {
  if (!entry.source.federated) return entry.document
  return { ...entry.document, upstream_tags: entry.record.upstreamTags }
}
