import type { Json, JsonObject } from '../store/ports.ts'

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Applies a JSON merge patch: null removes a member, objects merge (RFC 7396, section 2). */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  const result = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key)
    else result.set(key, mergePatch(result.get(key), value))
  }
  // fromEntries defines own members, so a key such as __proto__ stays plain data.
  return Object.fromEntries(result)
}

/** The merge patch that turns one object into the other. */
export function diffPatch(from: JsonObject, to: JsonObject): JsonObject {
  const patch = new Map<string, Json>()
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) patch.set(key, null)
  for (const [key, value] of Object.entries(to)) {
    const before = Object.hasOwn(from, key) ? from[key] : undefined
    if (isObject(before) && isObject(value)) {
      const inner = diffPatch(before, value)
      if (Object.keys(inner).length > 0) patch.set(key, inner)
    } else if (JSON.stringify(before) !== JSON.stringify(value)) {
      patch.set(key, value)
    }
  }
  return Object.fromEntries(patch)
}
