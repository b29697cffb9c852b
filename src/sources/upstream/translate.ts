import { isJsonObject, withinBounds } from '../../catalog/json.ts'
import { cleanTags } from '../../catalog/tags.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { JsonObject } from '../../store/ports.ts'
import { paramHeadersOf } from '../param-headers.ts'

/** An entry as an upstream offers it: its MCP object, kept whole, and the tags it declares. */
export interface Offered {
  readonly key: string
  readonly definition: JsonObject
  readonly tags: readonly string[]
}

const KEY: Readonly<Record<EntryType, string>> = {
  tool: 'name',
  prompt: 'name',
  resource: 'uri',
  resource_template: 'uriTemplate',
}

/** One entry as JSON. */
const MAX_ENTRY_BYTES = 256 * 2 ** 10

/** Fields that must be of a type when they are there; clients refuse whole lists otherwise. */
const TEXTS = ['title', 'description', 'mimeType']
const OBJECTS = ['outputSchema', 'annotations', '_meta', 'execution']
const LISTS = ['icons', 'arguments']

/**
 * Takes one object of an upstream's list, or says why not. Fields we do not know pass through;
 * fields of a wrong type are dropped, because one of them would make a client refuse the list.
 */
export function translate(type: EntryType, raw: unknown): Offered | { reason: string } {
  if (!isJsonObject(raw)) return { reason: 'not an object' }
  const key = raw[KEY[type]]
  if (typeof key !== 'string' || key === '') return { reason: `no ${KEY[type]}` }
  if (key.length > 2048 || hasControls(key)) return { reason: `an unusable ${KEY[type]}` }
  if (!withinBounds(raw)) return { reason: 'nested too deep' }
  if (JSON.stringify(raw).length > MAX_ENTRY_BYTES) return { reason: 'too large' }
  const name = typeof raw.name === 'string' && raw.name !== '' ? raw.name : key
  if (name.length > 256 || hasControls(name)) return { reason: 'an unusable name' }
  const definition: JsonObject = { ...sound(raw), name }
  if (type === 'tool') {
    const inputSchema = objectSchema(raw.inputSchema)
    if (!inputSchema) return { reason: 'inputSchema is not the schema of an object' }
    const headers = paramHeadersOf(inputSchema)
    // Clients have to refuse such a tool; better that an operator sees why it is missing.
    if ('fault' in headers) return { reason: headers.fault }
    definition.inputSchema = inputSchema
  }
  if (type === 'prompt' && definition.arguments) {
    definition.arguments = (definition.arguments as unknown[]).filter(
      (argument): argument is JsonObject =>
        isJsonObject(argument) && typeof argument.name === 'string',
    )
  }
  return { key, definition, tags: declaredTags(raw) }
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

function sound(raw: JsonObject): JsonObject {
  const fits = ([field, value]: [string, unknown]) => {
    if (TEXTS.includes(field)) return typeof value === 'string'
    if (OBJECTS.includes(field)) return isJsonObject(value)
    return LISTS.includes(field) ? Array.isArray(value) : field !== 'tags'
  }
  return Object.fromEntries(Object.entries(raw).filter(fits))
}

/** MCP wants the schema of an object; servers that leave the type out mean one. */
function objectSchema(schema: unknown): JsonObject | undefined {
  if (schema === undefined) return { type: 'object' }
  if (!isJsonObject(schema)) return undefined
  if (schema.type === undefined) return { type: 'object', ...schema }
  return schema.type === 'object' ? schema : undefined
}

/** Tags as servers declare them: `_meta` of FastMCP (two spellings), `_meta.tags`, or `tags`. */
function declaredTags(raw: JsonObject): string[] {
  const meta = isJsonObject(raw._meta) ? raw._meta : {}
  const places = [raw.tags, meta.tags, member(meta.fastmcp), member(meta._fastmcp)]
  return cleanTags(places.flatMap((tags) => (Array.isArray(tags) ? tags : [])))
}

function member(value: unknown): unknown {
  return isJsonObject(value) ? value.tags : undefined
}
