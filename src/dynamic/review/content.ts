import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '../../store/ports.ts'

const known = new WeakMap<JsonObject, string>()

/**
 * Hash of what a source says an entry is: name, title, description, schemas, annotations and all
 * else of its MCP object. `_meta` is left out, which upstreams use for values of the moment, and so
 * is the order of members.
 */
export function hashOf(definition: JsonObject): string {
  let hash = known.get(definition)
  if (hash === undefined) {
    const { _meta, ...content } = definition
    hash = createHash('sha256')
      .update(JSON.stringify(sorted(content)))
      .digest('hex')
    known.set(definition, hash)
  }
  return hash
}

/** One member of a definition that is not what it was; absent where there was or is none. */
export interface ContentChange {
  readonly field: string
  readonly before?: Json
  readonly after?: Json
}

/** What differs between two definitions, member by member. */
export function contentChanges(before: JsonObject, after: JsonObject): ContentChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return fields
    .filter((field) => field !== '_meta' && !sameJson(before[field], after[field]))
    .map((field) => ({
      field,
      ...(before[field] === undefined ? {} : { before: before[field] }),
      ...(after[field] === undefined ? {} : { after: after[field] }),
    }))
}

/** Whether two values are the same whatever the order of their members. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]))
}
