import type { RateDefinition, RateKey } from './definition.ts'
import type { Guard } from './guards.ts'

/** The budget a call is counted in: another one for each of what the rate is per, and for each version of it. */
export function budgetOf(
  { id, version }: Guard,
  { per }: RateDefinition,
  parts: Readonly<Partial<Record<RateKey, string>>>,
): string {
  return JSON.stringify([id, version, ...per.map((key) => [key, parts[key]])])
}
