import type { Entry } from '../catalog/entry.ts'
import { type List, type Listed, toMcp } from './list.ts'

const known = new WeakMap<Entry, { name: string; tokens: number }>()

/**
 * Tokens a listed object costs a model, estimated as a quarter of the characters of its JSON, at
 * least 1. Exact counts depend on the model; this one is the same everywhere in Facet.
 */
export function tokensOf(listed: Listed): number {
  const { entry, name } = listed
  const before = known.get(entry)
  if (before?.name === name) return before.tokens
  const tokens = Math.max(1, Math.ceil(JSON.stringify(toMcp(listed)).length / 4))
  known.set(entry, { name, tokens })
  return tokens
}

export function tokensOfList(list: List): number {
  let sum = 0
  for (const listed of list) sum += tokensOf(listed)
  return sum
}
