import type { JsonObject } from '../store/ports.ts'

/**
 * Tokens a listed object costs a model, estimated as a quarter of the characters of its JSON, at
 * least 1. Exact counts depend on the model; this one is the same everywhere in Facet.
 */
export function estimateTokens(object: JsonObject): number {
  return Math.max(1, Math.ceil(JSON.stringify(object).length / 4))
}
