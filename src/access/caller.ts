import type { JsonObject } from '../store/ports.ts'

/** What somebody showed to be let in; never the secret itself. */
export interface CredentialRef {
  readonly kind: 'admin_token' | 'operator' | 'key' | 'token' | 'proxy'
  /** Of a key its id, of a token what tells it from others of the same caller. */
  readonly id: string
  /** When it ends, in ms since 1970; unset for one that does not. */
  readonly expires?: number
}

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
   * reverse proxy, `agent` is what a caller acts as, `anonymous` has no credential on a server that allows that.
   */
  readonly kind: 'admin' | 'local' | 'user' | 'token' | 'proxy' | 'agent' | 'anonymous'
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly attributes: JsonObject
  readonly credential?: CredentialRef
  /** The dynamic servers the credential is limited to. */
  readonly servers?: readonly string[]
  /** Id of the agent the caller acts as. */
  readonly agent?: string
  /** The agent: what may be used is what both may use. */
  readonly actsAs?: Caller
  /** Scopes of an access token. */
  readonly scopes?: readonly string[]
}

const NOBODY = { roles: [], groups: [], attributes: {} } as const

/** Holds the administrator's token. */
export const ADMIN: Caller = {
  ...NOBODY,
  id: 'admin',
  kind: 'admin',
  roles: ['admin'],
  credential: { kind: 'admin_token', id: 'admin_token' },
}

/** The command line on this machine, which can read what only the owner of the database can. */
export const OPERATOR: Caller = {
  ...NOBODY,
  id: 'operator',
  kind: 'admin',
  roles: ['admin'],
  credential: { kind: 'operator', id: 'operator' },
}

/** Anybody who can reach a service that listens on loopback and has no credential configured. */
export const LOCAL: Caller = { ...NOBODY, id: 'local', kind: 'local', roles: ['admin'] }

/** Anybody at all, on a server that is open to them. */
export const ANONYMOUS: Caller = { ...NOBODY, id: 'anonymous', kind: 'anonymous' }

/** Ids that are no user's. */
export const RESERVED_CALLER_IDS: readonly string[] = [
  'admin',
  'operator',
  'local',
  'anonymous',
  'push',
]

/** What versions and decisions keep of who made them. */
export const authorOf = ({ id, kind }: Caller) => ({ id, kind })

/** Whether both are one caller with the same key: a session of one key is not another's. */
export function isSameCaller(one: Caller, other: Caller): boolean {
  if (one.id !== other.id || one.kind !== other.kind || one.agent !== other.agent) return false
  return one.kind !== 'user' || one.credential?.id === other.credential?.id
}
