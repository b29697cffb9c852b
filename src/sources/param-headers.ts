import { isJsonObject } from '../catalog/json.ts'
import type { JsonObject } from '../store/ports.ts'

/** An argument that is repeated in the HTTP header `Mcp-Param-<header>`. */
export interface ParamHeader {
  readonly header: string
  /** Keys from the arguments down to the value. */
  readonly path: readonly string[]
  readonly type: 'string' | 'integer' | 'boolean'
}

export const PARAM_HEADER_PREFIX = 'Mcp-Param-'

const ANNOTATION = 'x-mcp-header'
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const TYPES: readonly unknown[] = ['string', 'integer', 'boolean']
const NONE: readonly ParamHeader[] = []

const scanned = new WeakMap<object, readonly ParamHeader[] | string>()

/**
 * The arguments a tool wants repeated in headers, or what is wrong with how it says so. Clients
 * refuse a tool that says it wrongly: a name that is no token or is used twice, a value that is
 * not a string, an integer or a boolean, or a place that is not reached by properties alone.
 */
export function paramHeadersOf(schema: JsonObject): readonly ParamHeader[] | { fault: string } {
  let result = scanned.get(schema)
  if (result === undefined) {
    result = JSON.stringify(schema).includes(`"${ANNOTATION}"`) ? scan(schema) : NONE
    scanned.set(schema, result)
  }
  return typeof result === 'string' ? { fault: result } : result
}

function scan(schema: JsonObject): readonly ParamHeader[] | string {
  const found: ParamHeader[] = []
  const names = new Set<string>()
  let fault: string | undefined

  const annotated = (node: JsonObject, path: readonly string[], reachable: boolean) => {
    const header = node[ANNOTATION]
    const at = path.join('.') || 'the root'
    if (!reachable || path.length === 0) {
      fault ??= `${ANNOTATION} at ${at} is not on a property reached by properties alone`
    } else if (typeof header !== 'string' || !TOKEN.test(header)) {
      fault ??= `${ANNOTATION} of ${at} is not the name of a header`
    } else if (!TYPES.includes(node.type)) {
      fault ??= `${ANNOTATION} of ${at} needs the type string, integer or boolean`
    } else if (names.has(header.toLowerCase())) {
      fault ??= `${ANNOTATION} ${header} is used twice`
    } else {
      names.add(header.toLowerCase())
      found.push({ header, path, type: node.type as ParamHeader['type'] })
    }
  }
  const visit = (node: unknown, path: readonly string[], reachable: boolean): void => {
    if (Array.isArray(node)) for (const child of node) visit(child, path, false)
    if (!isJsonObject(node)) return
    if (ANNOTATION in node) annotated(node, path, reachable)
    for (const [keyword, child] of Object.entries(node)) {
      if (keyword === 'properties' && isJsonObject(child)) {
        for (const [key, property] of Object.entries(child)) {
          visit(property, [...path, key], reachable)
        }
      } else if (!DATA.has(keyword)) {
        visit(child, [...path, keyword], false)
      }
    }
  }
  visit(schema, [], true)
  return fault ?? found
}

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['const', 'enum', 'default', 'examples'])

/** The value an argument has at a path; undefined when it is absent or null. */
export function argumentAt(args: unknown, path: readonly string[]): unknown {
  let value = args
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value ?? undefined
}

/** The headers that repeat the arguments of a call. */
export function headersFor(
  declared: readonly ParamHeader[],
  args: JsonObject,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { header, path } of declared) {
    const value = argumentAt(args, path)
    if (value === undefined || typeof value === 'object') continue
    headers[PARAM_HEADER_PREFIX + header] = encodeValue(String(value))
  }
  return headers
}

/** A value a header cannot carry as it is goes in Base64, in its brackets. */
export function encodeValue(text: string): string {
  const safe = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)
  if (safe && !text.startsWith('=?base64?')) return text
  return `=?base64?${Buffer.from(text).toString('base64')}?=`
}

/** The value a header carries; undefined when its Base64 is not canonical, or not UTF-8. */
export function decodeValue(header: string): string | undefined {
  const encoded = /^=\?base64\?(.*)\?=$/s.exec(header)?.[1]
  if (encoded === undefined) return header
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.toString('base64') !== encoded) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
