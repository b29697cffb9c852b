import type { IncomingHttpHeaders } from 'node:http'
import { isJsonContentType } from '@modelcontextprotocol/server'
import { isJsonObject } from '../../catalog/json.ts'
import type { JsonObject } from '../../store/ports.ts'

const MODERN = '2026-07-28'
const LEGACY: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26']
const META = 'io.modelcontextprotocol/'

/** A request in which, so far, there is nothing to object to. */
export interface FastRequest {
  readonly era: 'modern' | 'legacy'
  readonly method: string
  /** The request's id, as JSON. */
  readonly id: string
  /** Its parameters without `_meta`. */
  readonly params: JsonObject
  readonly meta: JsonObject
  /** The session of a legacy request. */
  readonly session: string | undefined
}

/** Whether the headers alone allow that the body asks for one of these methods. */
export function mayBeFast(headers: IncomingHttpHeaders, methods: ReadonlySet<string>): boolean {
  const method = headers['mcp-method']
  const session = headers['mcp-session-id']
  const type = headers['content-type']
  if (type !== 'application/json' && !isJsonContentType(type ?? null)) return false
  const accept = headers.accept ?? ''
  if (!accept.includes('application/json') || !accept.includes('text/event-stream')) return false
  if (headers['last-event-id'] !== undefined) return false
  if (typeof method === 'string') return methods.has(method) && session === undefined
  return typeof session === 'string'
}

/**
 * The request that headers and body are; undefined for whatever is not beyond doubt: that is
 * answered by the SDK, with its own words for what is wrong.
 */
export function fastRequest(headers: IncomingHttpHeaders, body: string): FastRequest | undefined {
  const message = parse(body)
  if (message?.jsonrpc !== '2.0' || typeof message.method !== 'string') return undefined
  const { id, method, params: given = {} } = message
  if (!isJsonObject(given)) return undefined
  if (typeof id !== 'string' && !(typeof id === 'number' && Number.isSafeInteger(id))) {
    return undefined
  }
  const { _meta: meta = {}, ...params } = given
  if (!isJsonObject(meta)) return undefined
  const version = headers['mcp-protocol-version']
  const session = headers['mcp-session-id']
  const request = { method, id: JSON.stringify(id), params, meta }
  if (headers['mcp-method'] === undefined) {
    const isLegacy = version === undefined || LEGACY.includes(String(version))
    if (!isLegacy || typeof session !== 'string' || !isPlainMeta(meta, NOTHING)) return undefined
    return { ...request, era: 'legacy', session }
  }
  if (headers['mcp-method'] !== method || version !== MODERN || !isModernMeta(meta))
    return undefined
  return { ...request, era: 'modern', session: undefined }
}

function parse(body: string): JsonObject | undefined {
  try {
    const message: unknown = JSON.parse(body)
    return isJsonObject(message) ? message : undefined
  } catch {
    return undefined
  }
}

/** What every request of 2026-07-28 says of its client. */
function isModernMeta(meta: JsonObject): boolean {
  if (meta[`${META}protocolVersion`] !== MODERN) return false
  const info = meta[`${META}clientInfo`]
  const capabilities = meta[`${META}clientCapabilities`]
  return (
    (info === undefined || isPlainInfo(info)) &&
    isJsonObject(capabilities) &&
    isPlainMeta(meta, KNOWN_META)
  )
}

/** Titles, icons and whatever else there is to validate are left to the SDK. */
function isPlainInfo(info: unknown): boolean {
  if (!isJsonObject(info)) return false
  const { name, version, ...rest } = info
  return typeof name === 'string' && typeof version === 'string' && Object.keys(rest).length === 0
}

/** Whoever wants progress or log messages needs a stream; keys of the protocol mean something. */
function isPlainMeta(meta: JsonObject, known: ReadonlySet<string>): boolean {
  return Object.keys(meta).every(
    (key) => known.has(key) || (key !== 'progressToken' && !key.startsWith(META)),
  )
}

const NOTHING: ReadonlySet<string> = new Set()
const KNOWN_META: ReadonlySet<string> = new Set(
  ['protocolVersion', 'clientInfo', 'clientCapabilities'].map((name) => META + name),
)
