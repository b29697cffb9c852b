import type { JsonObject } from '../store/ports.ts'

/**
 * Who asks, taken from the credential on this request. Two requests with equal ids are the same
 * caller. What a policy or narrowing can read of a caller is `id`, `roles`, `groups` and
 * `attributes`.
 */
export interface Caller {
  readonly id: string
  /**
   * `admin` holds the administrator's token, `local` reaches a service without credentials over
   * loopback, `user` holds an API key, `token` a JWT or an introspected token, `proxy` is named by a
   * reverse proxy, `anonymous` has no credential on a server that allows that.
   */
  readonly kind: 'admin' | 'local' | 'user' | 'token' | 'proxy' | 'anonymous'
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly attributes: JsonObject
}

const NOBODY = { roles: [], groups: [], attributes: {} } as const

/** Holds the administrator's token. */
export const ADMIN: Caller = { ...NOBODY, id: 'admin', kind: 'admin', roles: ['admin'] }

/** Anybody who can reach a service that listens on loopback and has no credential configured. */
export const LOCAL: Caller = { ...NOBODY, id: 'local', kind: 'local', roles: ['admin'] }

/** What versions and decisions keep of who made them. */
export const authorOf = ({ id, kind }: Caller) => ({ id, kind })
