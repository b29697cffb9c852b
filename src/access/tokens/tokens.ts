import { LRUCache } from 'lru-cache'
import type { Logger } from '../../observability/logger.ts'
import type { Caller } from '../caller.ts'
import { digestOf } from '../digest.ts'
import type { VerifiedToken } from './claims.ts'
import { createIntrospection } from './introspection.ts'
import { createJwtVerifier, issuerOf, type VerifyToken } from './jwt.ts'
import type { AuthSettings } from './settings.ts'

const MAX_REMEMBERED = 5_000
const JWT_TTL_MS = 60_000
const REFUSED_TTL_MS = 10_000

/** Questions about tokens that are on their way at one time; more are refused, not queued. */
const MAX_ASKING = 100

/** What became of a token, as it is remembered. */
interface Outcome {
  /** Undefined for a token that was refused. */
  readonly caller: Caller | undefined
  readonly audiences: readonly string[]
}

export interface TokensOptions {
  readonly settings: AuthSettings
  readonly clientSecret: () => string
  readonly logger: Logger
  readonly now: () => Date
}

/**
 * Access tokens: JWTs of known issuers, and whatever the authorization server vouches for. What
 * was found out is remembered for a short while, under the token's digest and never the token.
 */
export class Tokens {
  readonly #options: TokensOptions
  readonly #issuers: ReadonlyMap<string, VerifyToken>
  readonly #introspect: VerifyToken | undefined
  readonly #known: LRUCache<string, Outcome>
  readonly #asking = new Map<string, Promise<Outcome>>()

  constructor(options: TokensOptions) {
    const { settings, clientSecret, now } = options
    this.#options = options
    this.#issuers = new Map(
      settings.jwt.map((issuer) => [issuer.issuer, createJwtVerifier(issuer, now)]),
    )
    this.#introspect =
      settings.introspection && createIntrospection(settings.introspection, clientSecret, now)
    this.#known = new LRUCache({ max: MAX_REMEMBERED })
  }

  /**
   * The caller a token stands for at a resource: at once where the token was seen just now.
   * Undefined for one that is not good, or not for this resource.
   */
  callerOf(token: string, resource: string): Caller | undefined | Promise<Caller | undefined> {
    if (this.#issuers.size === 0 && !this.#introspect) return undefined
    const digest = digestOf(token).toString('base64url')
    const known = this.#known.get(digest)
    if (known) return this.#at(known, resource)
    return this.#find(token, digest).then((outcome) => this.#at(outcome, resource))
  }

  #at({ caller, audiences }: Outcome, resource: string): Caller | undefined {
    const isOver = caller && this.#options.now().getTime() >= caller.credential!.expires!
    return !isOver && audiences.includes(resource) ? caller : undefined
  }

  #find(token: string, digest: string): Promise<Outcome> {
    const asking = this.#asking.get(digest)
    if (asking) return asking
    const asked = this.#ask(token, digest).finally(() => this.#asking.delete(digest))
    this.#asking.set(digest, asked)
    return asked
  }

  async #ask(token: string, digest: string): Promise<Outcome> {
    const { logger, now, settings } = this.#options
    const byIssuer = this.#issuers.get(issuerOf(token) ?? '')
    const verify = byIssuer ?? this.#introspect
    const refused: Outcome = { caller: undefined, audiences: [] }
    if (!verify || this.#asking.size >= MAX_ASKING) return refused
    let verified: VerifiedToken | undefined
    try {
      verified = await verify(token)
    } catch (error) {
      // Whoever cannot be asked vouches for nobody. Not remembered: the next request asks again.
      logger.warn({ reason: reasonOf(error) }, 'a token could not be checked')
      return refused
    }
    const outcome = verified ? outcomeOf(verified, digest) : refused
    const ttl = byIssuer ? JWT_TTL_MS : (settings.introspection?.cache_seconds ?? 0) * 1000
    const left = verified ? verified.expires - now().getTime() : REFUSED_TTL_MS
    const kept = Math.min(verified ? ttl : REFUSED_TTL_MS, left)
    if (kept > 0) this.#known.set(digest, outcome, { ttl: kept })
    return outcome
  }
}

function outcomeOf(verified: VerifiedToken, digest: string): Outcome {
  const { id, roles, groups, attributes, scopes, audiences, expires } = verified
  const credential = { kind: 'token', id: digest.slice(0, 8), expires } as const
  return { caller: { id, kind: 'token', roles, groups, attributes, scopes, credential }, audiences }
}

/** What may be logged of a failure: its kind. A message may quote what was sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.name
}
