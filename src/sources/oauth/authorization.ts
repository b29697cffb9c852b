import {
  type AuthProvider,
  computeScopeUnion,
  extractWWWAuthenticateParams,
  type InsufficientScopeError,
  isStrictScopeSuperset,
  OAuthError,
  OAuthErrorCode,
} from '@modelcontextprotocol/client'
import { FacetError, messageOf } from '../../errors/facet-error.ts'
import { tokenOf } from './bearer.ts'
import { type Asked, type FlowOptions, OAuthFlow } from './flow.ts'
import type { HeldTokens } from './grant.ts'
import type { Pending, PendingSignIns } from './pending.ts'
import { type AuthorizationStatus, statusOf } from './status.ts'

export interface AuthorizationOptions extends FlowOptions {
  readonly pending: PendingSignIns
  readonly signInMs: number
}

/** A refusal that trying again does not change: what was granted is gone. */
const GRANT_GONE: readonly string[] = [OAuthErrorCode.InvalidGrant]
const CLIENT_GONE: readonly string[] = [
  OAuthErrorCode.InvalidClient,
  OAuthErrorCode.UnauthorizedClient,
]

/** How long a token that still works is used when renewing it ahead of time has failed. */
const RENEW_PAUSE_MS = 5_000
/** Tokens that are kept out of messages after they were renewed. */
const SENT_KEPT = 4
const MAX_SCOPE_LENGTH = 4_000

/**
 * The credential of one source: gets tokens, renews them ahead of their end, and knows when an
 * administrator has to sign in. All connections of the source share it, and whatever happens at
 * the authorization server happens once for all that wait.
 */
export class SourceAuthorization {
  readonly #options: AuthorizationOptions
  readonly #flow: OAuthFlow
  #running: Promise<void> | undefined
  #signIn: Pending | undefined
  /** Scopes asked for in vain; asking again would be refused again. */
  readonly #tried = new Set<string>()
  #renewNotBefore = 0
  /** Tokens sent lately, the latest last: what was renewed may still work for a while. */
  #sent: readonly string[] = []
  /** Grows with every token: a request that was refused with an older one is simply sent again. */
  generation = 0

  constructor(options: AuthorizationOptions) {
    this.#options = options
    this.#flow = new OAuthFlow(options)
  }

  /** What transports ask for tokens. */
  readonly provider: AuthProvider = {
    token: () => this.token(),
    onUnauthorized: ({ response }) => this.#refused(response),
  }

  /** Whether nothing can be done before somebody signs in. */
  get required(): boolean {
    return this.#signIn !== undefined && this.#signIn.more === undefined
  }

  /** Whether there is nothing to try with either: no token, not even one that was refused. */
  get hasToken(): boolean {
    return this.#tokens !== undefined
  }

  /** The upstream took the token: whoever was asked to sign in need not. */
  accepted(): void {
    if (this.required) this.#signIn = undefined
  }

  get status(): AuthorizationStatus {
    const { auth, keeper, now } = this.#options
    return statusOf(auth, keeper.grant, this.#signIn, now())
  }

  /** Values that must not appear in logs and error messages. */
  get secretValues(): string[] {
    const { tokens, client, holder } = this.#options.keeper.grant
    const values = [tokens?.access_token, tokens?.refresh_token]
    const clients = [client?.client_secret, holder?.client_secret]
    return [...values, ...clients, ...this.#sent].filter(
      (value) => value !== undefined && value !== '',
    ) as string[]
  }

  /**
   * The token to send now; undefined when there is none yet, which the upstream will refuse.
   *
   * @throws {FacetError} `source_unavailable` when it is over and cannot be renewed.
   */
  async token(): Promise<string | undefined> {
    const token = await this.#current()
    if (token !== undefined && token !== this.#sent.at(-1)) {
      this.#sent = [...this.#sent.slice(1 - SENT_KEPT), token]
    }
    return token
  }

  async #current(): Promise<string | undefined> {
    const tokens = this.#tokens
    if (!tokens || !this.#canRenew(tokens)) return tokens?.access_token
    const now = this.#options.now().getTime()
    const { expires_at, expires_in = 0, access_token } = tokens
    const left = expires_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires_at) - now
    if (left > Math.min(30_000, expires_in * 200)) return access_token
    if (left <= 0) {
      await this.#once(() => this.#renew({}))
      return this.#tokens?.access_token
    }
    if (now >= this.#renewNotBefore) {
      this.#renewNotBefore = now + RENEW_PAUSE_MS
      this.#once(() => this.#renew({})).catch((error: unknown) => {
        const { id, logger } = this.#options
        logger.warn({ source: id, reason: messageOf(error) }, 'token not renewed ahead of time')
      })
    }
    return access_token
  }

  /**
   * An upstream wants more than the token is good for: asks for that too. Afterwards the request
   * can be sent again.
   *
   * @param generation that of the token the request was sent with
   * @throws {FacetError} when more is not to be had, or an administrator has to agree first.
   */
  async stepUp({ requiredScope }: InsufficientScopeError, generation: number): Promise<void> {
    while (this.#running) await this.#running.catch(() => undefined)
    if (this.generation !== generation) return
    const { auth: settings, id } = this.#options
    const held = this.#tokens?.scope
    const wanted = computeScopeUnion(held, requiredScope) ?? ''
    const shown = JSON.stringify((requiredScope ?? '').slice(0, 200))
    if (settings.scopes) {
      throw refusal(`The upstream wants the scope ${shown}; source ${id} asks for its own scopes.`)
    }
    const isMore = isStrictScopeSuperset(wanted, held) && wanted.length <= MAX_SCOPE_LENGTH
    if (!isMore || this.#tried.has(wanted)) {
      throw refusal(`The upstream wants the scope ${shown}, and refuses what was granted.`)
    }
    try {
      if (this.#isAsking(wanted)) throw this.#signInNeeded()
      await this.#once(() => this.#run({ scope: wanted }, wanted))
    } catch (error) {
      if (error instanceof FacetError && error.cause instanceof OAuthError) this.#tried.add(wanted)
      throw refusal(`The upstream wants the scope ${shown}. ${messageOf(error)}`)
    }
    this.#tried.add(wanted)
  }

  /**
   * Ends a sign-in with what the browser brought back.
   *
   * @throws {FacetError} `sign_in_failed` when it did not bring what tokens are given for.
   */
  async finish(signIn: Pending, answer: URLSearchParams): Promise<void> {
    while (this.#running) await this.#running.catch(() => undefined)
    const { id, pending, logger } = this.#options
    this.#signIn = undefined
    try {
      await this.#once(async () => {
        await this.#flow.redeem(signIn, answer)
        this.generation++
      })
    } catch (error) {
      logger.warn({ source: id, reason: messageOf(error) }, 'sign-in failed')
      throw new FacetError('sign_in_failed', messageOf(error), { cause: error })
    }
    pending.forget(id)
    if (signIn.more !== undefined) this.#tried.add(signIn.more)
  }

  /** Forgets client, tokens and sign-ins under way. */
  async forget(): Promise<void> {
    const { id, keeper, pending } = this.#options
    while (this.#running) await this.#running.catch(() => undefined)
    this.#signIn = undefined
    this.#tried.clear()
    pending.forget(id)
    const nothing = { client: undefined, tokens: undefined, holder: undefined }
    await keeper.change({ ...nothing, discovery: undefined })
  }

  get #tokens(): HeldTokens | undefined {
    return this.#options.keeper.grant.tokens
  }

  /** Whether an address to sign in at for this is shown already, and good for a while. */
  #isAsking(more: string | undefined): boolean {
    const { now, signInMs } = this.#options
    if (!this.#signIn || this.#signIn.more !== more) return false
    return this.#signIn.expiresAt.getTime() - now().getTime() > signInMs / 2
  }

  #canRenew({ refresh_token }: HeldTokens): boolean {
    return this.#options.auth.grant === 'client_credentials' || refresh_token !== undefined
  }

  /** However many requests want it, the authorization server is asked once. */
  #once(run: () => Promise<void>): Promise<void> {
    this.#running ??= run()
      .catch((error: unknown) => {
        if (error instanceof FacetError) throw error
        const message = this.#masked(messageOf(error))
        throw new FacetError('source_unavailable', message, { cause: error })
      })
      .finally(() => {
        this.#running = undefined
      })
    return this.#running
  }

  async #refused(response: Response): Promise<void> {
    const used = tokenOf(response)
    const current = this.#tokens?.access_token
    if (current !== undefined && used !== current) return
    await this.#once(() => this.#renew(extractWWWAuthenticateParams(response)))
  }

  async #renew(challenge: { scope?: string; resourceMetadataUrl?: URL }): Promise<void> {
    const { keeper, logger, id } = this.#options
    const { tokens, discovery } = keeper.grant
    if (tokens?.refresh_token !== undefined && discovery) {
      try {
        await this.#flow.refresh()
        this.generation++
        return
      } catch (error) {
        const code = error instanceof OAuthError ? error.code : ''
        if (![...GRANT_GONE, ...CLIENT_GONE].includes(code)) throw error
        logger.warn({ source: id, code }, 'the authorization server takes the grant no more')
        const client = CLIENT_GONE.includes(code) ? { client: undefined } : {}
        await keeper.change({ tokens: undefined, holder: undefined, ...client })
      }
    }
    if (this.#isAsking(undefined)) throw this.#signInNeeded()
    const scope = computeScopeUnion(tokens?.scope, challenge.scope)
    const known = discovery?.resourceMetadataUrl
    const resourceMetadataUrl =
      challenge.resourceMetadataUrl ?? (known ? new URL(known) : undefined)
    await this.#run({ scope, resourceMetadataUrl })
  }

  /** @param more what is wanted beyond the tokens there are */
  async #run(asked: Asked, more?: string): Promise<void> {
    const { id, now, pending, signInMs } = this.#options
    const outcome = await this.#flow.run(asked, (state, signIn) => {
      const expiresAt = new Date(now().getTime() + signInMs)
      this.#signIn = { ...signIn, source: id, more, expiresAt }
      pending.add(state, this.#signIn)
    })
    if (outcome === 'page') throw this.#signInNeeded()
    this.generation++
  }

  #signInNeeded(): FacetError {
    return new FacetError(
      'source_unavailable',
      `An administrator has to sign in at the authorization server: see GET /sources/${this.#options.id}.`,
    )
  }

  #masked(text: string): string {
    return this.secretValues.reduce((masked, value) => masked.replaceAll(value, '[redacted]'), text)
  }
}

function refusal(message: string): FacetError {
  return new FacetError('upstream_failed', message)
}
