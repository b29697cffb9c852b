import type { IncomingHttpHeaders } from 'node:http'
import { isJsonContentType } from '@modelcontextprotocol/server'
import { isJsonObject } from '../../catalog/json.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { JsonObject } from '../../store/ports.ts'

const MODERN = '2026-07-28'
const LEGACY: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26']
const META = 'io.modelcontextprotocol/'

/** The list methods, what their results call the list, and the entries in it. */
export const LIST_METHODS: Readonly<Record<string, { key: string; type: EntryType }>> = {
  'tools/list': { key: 'tools', type: 'tool' },
  'prompts/list': { key: 'prompts', type: 'prompt' },
  'resources/list': { key: 'resources', type: 'resource' },
  'resources/templates/list': { key: 'resourceTemplates', type: 'resource_template' },
}

/** A request for a list in which there is nothing to object to. */
export interface ListRequest {
  readonly era: 'modern' | 'legacy'
  readonly method: string
  /** The request's id, as JSON. */
  readonly id: string
  readonly cursor: string | undefined
  /** The session of a legacy request. */
  readonly session: string | undefined
}

/** Whether the headers alone allow that the body asks for a list. */
export function mayBeList(headers: IncomingHttpHeaders): boolean {
  const method = headers['mcp-method']
  const session = headers['mcp-session-id']
  if (!isJsonContentType(headers['content-type'] ?? null)) return false
  const accept = headers.accept ?? ''
  if (!accept.includes('application/json') || !accept.includes('text/event-stream')) return false
  if (headers['last-event-id'] !== undefined) return false
  if (typeof method === 'string')
    return Object.hasOwn(LIST_METHODS, method) && session === undefined
  return typeof session === 'string'
}

/**
 * The request for a list that headers and body are; undefined for anything else, and for whatever
 * is not beyond doubt: that is answered by the SDK, with its own words for what is wrong.
 */
export function listRequest(headers: IncomingHttpHeaders, body: string): ListRequest | undefined {
  const message = parse(body)
  if (message?.jsonrpc !== '2.0' || typeof message.method !== 'string') return undefined
  const { id, method, params = {} } = message
  if (!Object.hasOwn(LIST_METHODS, method) || !isJsonObject(params)) return undefined
  if (typeof id !== 'string' && !(typeof id === 'number' && Number.isSafeInteger(id))) {
    return undefined
  }
  const { cursor, _meta: meta, ...others } = params
  if (Object.keys(others).length > 0) return undefined
  if (cursor !== undefined && typeof cursor !== 'string') return undefined
  const version = headers['mcp-protocol-version']
  const session = headers['mcp-session-id']
  const request = { method, id: JSON.stringify(id), cursor }
  if (headers['mcp-method'] === undefined) {
    const isLegacy = version === undefined || LEGACY.includes(String(version))
    if (!isLegacy || typeof session !== 'string' || meta !== undefined) return undefined
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
function isModernMeta(meta: unknown): boolean {
  if (!isJsonObject(meta) || meta[`${META}protocolVersion`] !== MODERN) return false
  const { name, version, ...rest } = (meta[`${META}clientInfo`] ?? {}) as JsonObject
  const capabilities = meta[`${META}clientCapabilities`]
  return (
    typeof name === 'string' &&
    typeof version === 'string' &&
    // Titles, icons and whatever else there is to validate are left to the SDK.
    Object.keys(rest).length === 0 &&
    isJsonObject(capabilities) &&
    Object.keys(meta).every((key) => KNOWN_META.has(key))
  )
}

const KNOWN_META = new Set(
  ['protocolVersion', 'clientInfo', 'clientCapabilities'].map((name) => META + name),
)
