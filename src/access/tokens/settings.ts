import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { idSchema } from '../../sources/definition.ts'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Tokens and secrets go there: encrypted, or not off this machine. */
const safeUrl = z.url({ protocol: /^https?$/ }).refine(
  (text) => {
    const { protocol, hostname } = new URL(text)
    return protocol === 'https:' || LOOPBACK.includes(hostname)
  },
  { error: 'Use https; http is for this machine only.' },
)

const reference = z
  .string()
  .regex(/^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/, 'Write a reference such as ${OAUTH_CLIENT_SECRET}.')

const label = z.string().min(1).max(128)
const labels = z.array(label).max(100)

/** How what is said about somebody becomes a caller. */
const mapping = {
  id: idSchema.default('token'),
  id_prefix: z.string().max(64).optional(),
  claims: z
    .strictObject({
      id: label.default('sub'),
      roles: label.optional(),
      groups: label.optional(),
      attributes: labels.default([]),
    })
    .prefault({}),
  role_map: z.record(label, labels).optional(),
  default_roles: labels.default(['client']),
}

/** Signatures anybody can check and only the issuer can make. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

const jwtIssuer = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }),
  jwks_url: safeUrl,
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  clock_skew_seconds: z.number().int().min(0).max(300).default(30),
  ...mapping,
})

const introspection = z.strictObject({
  url: safeUrl,
  issuer: z.url({ protocol: /^https?$/ }),
  client_id: label,
  client_secret: reference,
  cache_seconds: z.number().int().min(0).max(300).default(60),
  timeout_seconds: z.number().positive().max(60).default(5),
  ...mapping,
})

const address = z.string().refine(
  (text) => {
    try {
      return text.includes('/') ? ipaddr.isValidCIDR(text) : ipaddr.isValid(text)
    } catch {
      return false
    }
  },
  { error: 'Write an address, or a range such as 10.0.0.0/8.' },
)

const header = z
  .string()
  .regex(/^[A-Za-z0-9-]+$/)
  .transform((name) => name.toLowerCase())

const proxy = z.strictObject({
  trusted: z.array(address).min(1),
  header,
  groups_header: header.optional(),
  id_prefix: z.string().max(64).default('proxy:'),
  role_map: z.record(label, labels).optional(),
  default_roles: labels.default(['client']),
})

/** Who else vouches for callers, besides keys and the admin token. Only in the configuration file. */
export const authSettings = z
  .strictObject({
    jwt: z.array(jwtIssuer).max(20).default([]),
    introspection: introspection.optional(),
    proxy: proxy.optional(),
  })
  .refine(({ jwt }) => new Set(jwt.map(({ issuer }) => issuer)).size === jwt.length, {
    path: ['jwt'],
    error: 'Two entries have the same issuer.',
  })
  .refine(
    ({ jwt, introspection: other }) => {
      const prefixes = [...jwt, ...(other ? [other] : [])].map(prefixOf)
      return new Set(prefixes).size === prefixes.length
    },
    { error: 'Two entries would give the same ids to different callers: set id or id_prefix.' },
  )
  .prefault({})

export type AuthSettings = z.output<typeof authSettings>
export type JwtIssuer = z.output<typeof jwtIssuer>
export type IntrospectionSettings = z.output<typeof introspection>
export type ProxySettings = z.output<typeof proxy>
export type ClaimMapping = Pick<
  JwtIssuer,
  'id' | 'id_prefix' | 'claims' | 'role_map' | 'default_roles'
>

/** What ids of callers begin with: an issuer must not name callers of another, nor users. */
export function prefixOf({ id, id_prefix }: Pick<ClaimMapping, 'id' | 'id_prefix'>): string {
  return id_prefix ?? `${id}:`
}

/** Whether somebody else's word lets callers in. */
export function hasAuth({ jwt, introspection: other, proxy: front }: AuthSettings): boolean {
  return jwt.length > 0 || other !== undefined || front !== undefined
}
