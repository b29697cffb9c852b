import type { Json } from '../store/ports.ts'

/**
 * How many bytes a value takes as JSON, but for characters that have to be escaped. Nothing is
 * written for it, so that it costs next to nothing beside the call whose result it is.
 */
export function jsonBytes(value: Json | undefined): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value) + 2
    case 'number':
      return String(value).length
    case 'boolean':
      return value ? 4 : 5
    case 'object':
      return value === null ? 4 : containerBytes(value)
    default:
      return 0
  }
}

function containerBytes(value: Exclude<Json, string | number | boolean | null>): number {
  let bytes = 2
  if (Array.isArray(value)) {
    for (const item of value) bytes += jsonBytes(item) + 1
    return value.length === 0 ? 2 : bytes - 1
  }
  let members = 0
  for (const name in value) {
    const member = (value as Record<string, Json>)[name]
    if (member === undefined) continue
    bytes += Buffer.byteLength(name) + 4 + jsonBytes(member)
    members++
  }
  return members === 0 ? 2 : bytes - 1
}
