import { z } from 'zod'
import type { JsonObject } from '../store/ports.ts'

/** JSON somebody else wrote is walked by filters and schemas, so its depth and size are bounded. */
export const MAX_JSON_DEPTH = 64
export const MAX_JSON_NODES = 50_000

/** Whether a parsed JSON value is within the bounds; never recurses deeper than they allow. */
export function withinBounds(value: unknown): boolean {
  let nodes = 0
  const visit = (current: unknown, depth: number): boolean => {
    if (++nodes > MAX_JSON_NODES || depth > MAX_JSON_DEPTH) return false
    if (typeof current !== 'object' || current === null) return true
    return Object.values(current).every((child) => visit(child, depth + 1))
  }
  return visit(value, 0)
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A JSON object of any shape within the bounds. */
export const jsonObjectSchema = z
  .custom<JsonObject>(isJsonObject, 'Expected a JSON object.')
  .refine(
    withinBounds,
    `Nested deeper than ${MAX_JSON_DEPTH} levels, or more than ${MAX_JSON_NODES} values.`,
  )
  .meta({ type: 'object', additionalProperties: true })
