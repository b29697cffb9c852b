import { isJsonObject } from '../../catalog/json.ts'
import type { JsonObject } from '../../store/ports.ts'

const RESERVED = 'io.modelcontextprotocol/'
const MEMBERS: ReadonlySet<string> = new Set([
  'content',
  'structuredContent',
  'isError',
  'resultType',
  '_meta',
])

/**
 * Whether the SDK would send a result of `tools/call` as it is: complete, texts only, and nothing
 * that it would validate further, wrap, or ask the client about.
 */
export function isPlainResult(result: JsonObject, era: 'modern' | 'legacy'): boolean {
  for (const member of Object.keys(result)) if (!MEMBERS.has(member)) return false
  const { content, structuredContent, isError, resultType, _meta: meta } = result
  return (
    Array.isArray(content) &&
    content.every(isPlainText) &&
    (isError === undefined || typeof isError === 'boolean') &&
    (resultType === undefined || (resultType === 'complete' && era === 'modern')) &&
    (structuredContent === undefined || era === 'modern' || isJsonObject(structuredContent)) &&
    (meta === undefined || isPlainMeta(meta))
  )
}

function isPlainText(block: unknown): boolean {
  if (!isJsonObject(block) || block.type !== 'text' || typeof block.text !== 'string') return false
  for (const member in block) if (member !== 'type' && member !== 'text') return false
  return true
}

function isPlainMeta(meta: unknown): boolean {
  return (
    isJsonObject(meta) &&
    Object.keys(meta).every((key) => key !== 'progressToken' && !key.startsWith(RESERVED))
  )
}
