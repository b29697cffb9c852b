import {
  auth,
  OAuthError,
  OAuthErrorCode,
  refreshAuthorization,
  validateAuthorizationResponseIssuer,
} from '@modelcontextprotocol/client'
import { FacetError } from '../../errors/facet-error.ts'
import type { Logger } from '../../observability/logger.ts'
import type { AddressGuard } from '../manual/address-guard.ts'
import type { Author, Secrets } from '../secrets.ts'
import type { GrantKeeper } from './grant.ts'
import { outboundFetch } from './outbound.ts'
import type { Pending } from './pending.ts'
import { held, oauthProvider, type ProviderOptions } from './provider.ts'
import { type OAuthSettings, secretsOf } from './settings.ts'

export interface FlowOptions {
  readonly id: string
  readonly url: string
  readonly auth: OAuthSettings
  readonly author: Author
  readonly keeper: GrantKeeper
  readonly secrets: Secrets
  readonly guard: AddressGuard
  /** Where browsers reach this service. */
  readonly base: () => string
  readonly now: () => Date
  readonly logger: Logger
  readonly timeoutMs: number
  /** Aborted when the service stops. */
  readonly stopped: AbortSignal
}

/** What a run from the start asks for. */
export interface Asked {
  readonly scope: string | undefined
  readonly resourceMetadataUrl?: URL | undefined
}

type OnSignIn = ProviderOptions['onSignIn']

/**
 * What is said to the authorization server of one source, in the words of the SDK. Tokens end up
 * in the grant.
 */
export class OAuthFlow {
  readonly #options: FlowOptions

  constructor(options: FlowOptions) {
    this.#options = options
  }

  /** Runs the flow from the start: ends with tokens, or with an address to sign in at. */
  async run({ scope, resourceMetadataUrl }: Asked, onSignIn: OnSignIn): Promise<'tokens' | 'page'> {
    const { auth: settings, url, logger, id } = this.#options
    const asked = settings.scopes?.join(' ') ?? scope
    const outcome = await auth(this.#provider({ scope: asked, onSignIn }), {
      serverUrl: url,
      fetchFn: this.#fetch(),
      forceReauthorization: true,
      ...(asked ? { scope: asked } : {}),
      ...(resourceMetadataUrl ? { resourceMetadataUrl } : {}),
    })
    if (outcome !== 'AUTHORIZED') return 'page'
    logger.info({ source: id, grant: settings.grant }, 'signed in at the authorization server')
    return 'tokens'
  }

  /** Renews the tokens where they came from, whatever the upstream names by now. */
  async refresh(): Promise<void> {
    const { keeper, now, id, logger } = this.#options
    const { tokens, discovery } = keeper.grant
    const { authorizationServerUrl, authorizationServerMetadata: metadata } = discovery!
    const provider = this.#provider({ scope: tokens!.scope, renewing: true })
    const clientInformation = await provider.clientInformation()
    if (!clientInformation) throw new OAuthError(OAuthErrorCode.InvalidClient, 'no client is known')
    const resource = discovery!.resourceMetadata?.resource
    const { addClientAuthentication } = provider
    const renewed = await refreshAuthorization(authorizationServerUrl, {
      clientInformation,
      refreshToken: tokens!.refresh_token!,
      fetchFn: this.#fetch(),
      ...(metadata ? { metadata } : {}),
      ...(resource === undefined ? {} : { resource }),
      ...(addClientAuthentication ? { addClientAuthentication } : {}),
    })
    const stamped = tokens!.issuer === undefined ? renewed : { ...renewed, issuer: tokens!.issuer }
    await keeper.change({ tokens: held(stamped, now(), tokens!.scope) })
    logger.debug({ source: id }, 'token renewed')
  }

  /** Turns what the browser brought back into tokens, at the server the sign-in was begun at. */
  async redeem(pending: Pending, answer: URLSearchParams): Promise<void> {
    const { id, url, logger } = this.#options
    const iss = answer.get('iss') ?? undefined
    const authorizationCode = answer.get('code')
    if (authorizationCode === null || answer.has('error')) throw refusalIn(answer, pending)
    const { scope } = pending
    await auth(this.#provider({ scope, pending }), {
      serverUrl: url,
      authorizationCode,
      fetchFn: this.#fetch(),
      ...(iss === undefined ? {} : { iss }),
      ...(scope === undefined ? {} : { scope }),
    })
    logger.info({ source: id }, 'signed in by an administrator')
  }

  #provider(
    more: Pick<ProviderOptions, 'scope' | 'pending' | 'renewing'> & { onSignIn?: OnSignIn },
  ) {
    const { auth: settings, base, keeper, now } = this.#options
    return oauthProvider({
      onSignIn: () => undefined,
      ...more,
      auth: settings,
      base: base(),
      keeper,
      now,
      secrets: settings.issuer === undefined ? {} : this.#secretsFor(new URL(settings.issuer)),
    })
  }

  #fetch() {
    const { auth: settings, url, guard, timeoutMs, stopped } = this.#options
    const named = [url, settings.issuer].filter((each) => each !== undefined)
    return outboundFetch({
      guard,
      timeoutMs,
      stopped,
      trusted: named.map((each) => new URL(each).origin),
      // The metadata of an issuer may name any host to send the secret to.
      mayPost: (to) => void this.#secretsFor(to),
    })
  }

  /** @throws {FacetError} `source_unavailable` when the secrets may not go there. */
  #secretsFor(url: URL): Record<string, string> {
    const { auth: settings, author, secrets } = this.#options
    return secrets.resolve(secretsOf(settings), author, { kind: 'http', url })
  }
}

/** Who answers in the name of another server does not get to say why, either. */
function refusalIn(answer: URLSearchParams, { discovery }: Pending): Error {
  const metadata = discovery.authorizationServerMetadata
  validateAuthorizationResponseIssuer({
    iss: answer.get('iss') ?? undefined,
    expectedIssuer: metadata?.issuer,
    issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
  })
  const said = answer.get('error_description') ?? answer.get('error') ?? 'there is no code'
  return new FacetError('sign_in_failed', `The authorization server said: ${said.slice(0, 200)}`)
}
