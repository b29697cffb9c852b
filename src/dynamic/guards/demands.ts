import type {
  ArgumentsDefinition,
  RateDefinition,
  TotpDefinition,
} from '../../access/guards/definition.ts'
import type { Guard } from '../../access/guards/guards.ts'
import { quoted, short } from '../../rules/explain/show-value.ts'

/** Patterns that are spelled out. */
const SHOWN = 3

/** What a guard asks of a call, for people. */
export function demandsOf({ id, definition, compiled }: Guard): string {
  if (!compiled) return 'it cannot be used, so nothing passes it'
  switch (definition.kind) {
    case 'arguments':
      return argumentDemands(definition)
    case 'rate':
      return rateDemands(definition)
    case 'totp':
      return codeDemands(id, definition)
  }
}

function argumentDemands({ max_chars, max_bytes, deny = [], condition }: ArgumentsDefinition) {
  const denied = deny.slice(0, SHOWN).map(({ pattern, path }) => {
    const where = path === undefined ? 'in the arguments' : `at ${short(path)}`
    return `/${short(pattern)}/ is not found ${where}`
  })
  const more = deny.length - denied.length
  return [
    ...(max_chars === undefined ? [] : [`the arguments have at most ${max_chars} characters`]),
    ...(max_bytes === undefined ? [] : [`the arguments have at most ${max_bytes} bytes`]),
    ...denied,
    ...(more > 0 ? [`nor are ${more} more patterns`] : []),
    ...(condition === undefined ? [] : [`${short(condition, 200)} is true`]),
  ].join('; ')
}

function rateDemands({ limit, per_seconds, burst = limit, per, counts }: RateDefinition) {
  const budget = per.length === 0 ? 'for everything together' : `for each ${per.join(' and ')}`
  const atOnce = burst === limit ? '' : `, ${burst} at once`
  return `at most ${limit} ${counts} in ${per_seconds} s${atOnce}, ${budget}`
}

function codeDemands(id: string, { timeout_seconds }: TotpDefinition) {
  const locks = `locks again after ${timeout_seconds} s without a call`
  return `the group ${quoted(id)} is unlocked with a one-time code; it ${locks}`
}
