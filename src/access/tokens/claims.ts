import { isJsonObject } from '../../catalog/json.ts'
import type { Json, JsonObject } from '../../store/ports.ts'
import { type ClaimMapping, prefixOf } from './settings.ts'

/** What is known of a token that was good when it was looked at. */
export interface VerifiedToken {
  readonly id: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly attributes: JsonObject
  readonly scopes: readonly string[]
  readonly audiences: readonly string[]
  /** In ms since 1970. */
  readonly expires: number
}

const MAX_LABELS = 500

/** The caller that claims describe, as the configuration maps them; undefined without an id. */
export function readClaims(
  claims: JsonObject,
  mapping: ClaimMapping,
  expires: number,
): VerifiedToken | undefined {
  const { claims: names, role_map, default_roles } = mapping
  const id = claimNamed(claims, names.id)
  if (typeof id !== 'string' || id === '') return undefined
  const given = names.roles === undefined ? [] : listOf(claims, names.roles)
  const attributes = names.attributes.flatMap((name) => {
    const value = claimNamed(claims, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    id: prefixOf(mapping) + id,
    roles: rolesOf(given, role_map, default_roles),
    groups: names.groups === undefined ? [] : listOf(claims, names.groups),
    attributes: Object.fromEntries(attributes),
    scopes: Object.hasOwn(claims, 'scope') ? listOf(claims, 'scope') : listOf(claims, 'scp'),
    audiences: listOf(claims, 'aud'),
    expires,
  }
}

/** With a map only what stands in it counts. */
export function rolesOf(
  given: readonly string[],
  map: Readonly<Record<string, readonly string[]>> | undefined,
  defaults: readonly string[],
): string[] {
  const mapped = map ? given.flatMap((role) => (Object.hasOwn(map, role) ? map[role]! : [])) : given
  return [...new Set([...mapped, ...defaults])]
}

/** A claim by its name or, when there is none, by its path: `realm_access.roles`. */
function claimNamed(claims: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: Json | undefined = claims
  for (const part of name.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

function listOf(claims: JsonObject, name: string): string[] {
  const value = claimNamed(claims, name)
  // RFC 6749: scopes are one text, with spaces between them.
  const isScope = name === 'scope' || name === 'scp'
  const list = typeof value === 'string' ? (isScope ? value.split(' ') : [value]) : value
  if (!Array.isArray(list)) return []
  return list
    .filter((item) => typeof item === 'string' && item !== '')
    .slice(0, MAX_LABELS) as string[]
}
