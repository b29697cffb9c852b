import { randomBytes } from 'node:crypto'
import {
  createPrivateKeyJwtAuth,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
} from '@modelcontextprotocol/client'
import { FacetError } from '../../errors/facet-error.ts'
import { CALLBACK_PATH, clientMetadata, clientMetadataUrl } from './client-metadata.ts'
import type { GrantKeeper, HeldTokens } from './grant.ts'
import type { Pending } from './pending.ts'
import type { OAuthSettings } from './settings.ts'

export interface ProviderOptions {
  readonly auth: OAuthSettings
  /** Where browsers reach this service. */
  readonly base: string
  readonly keeper: GrantKeeper
  /** Resolved values of `client_secret` and `private_key`. */
  readonly secrets: Readonly<Record<string, string>>
  readonly now: () => Date
  /** The sign-in that comes back now, on the way back. */
  readonly pending?: Pending
  /** Tokens are renewed as the client that got them. */
  readonly renewing?: boolean
  /** What is asked for, kept as granted when the answer does not say. */
  readonly scope: string | undefined
  /** Told the address an administrator has to open. */
  readonly onSignIn: (state: string, signIn: Omit<Pending, 'source' | 'expiresAt' | 'more'>) => void
}

/**
 * One run of the SDK's flow for one source. Tokens held already are not told: renewing them is no
 * part of a run, so that a server that fails for a while does not send an administrator to sign in.
 */
export function oauthProvider(options: ProviderOptions): OAuthClientProvider {
  const { auth, base, keeper, secrets, pending } = options
  const interactive = auth.grant === 'authorization_code'
  const state = randomBytes(32).toString('base64url')
  let verifier = ''
  let discovery: OAuthDiscoveryState | undefined
  let asked = options.scope
  let using: StoredOAuthClientInformation | undefined
  const metadataUrl = auth.client_metadata_url ?? clientMetadataUrl(base)

  return {
    redirectUrl: interactive ? base + CALLBACK_PATH : undefined,
    clientMetadata: clientMetadata(base, auth),
    ...(metadataUrl === undefined ? {} : { clientMetadataUrl: metadataUrl }),
    state: () => state,
    ...clientOf(options, (client) => {
      using = client
    }),
    tokens: () => undefined,
    async saveTokens(tokens) {
      await keeper.change({
        tokens: held(tokens, options.now(), asked),
        discovery: discovery ?? pending?.discovery,
        holder: using,
      })
    },
    saveCodeVerifier(given) {
      verifier = given
    },
    codeVerifier: () => pending?.codeVerifier ?? verifier,
    redirectToAuthorization(url) {
      const { scope } = Object.fromEntries(url.searchParams)
      options.onSignIn(state, {
        url: linkable(url),
        scope,
        codeVerifier: verifier,
        discovery: discovery!,
        client: using,
      })
    },
    discoveryState: () => pending?.discovery,
    saveDiscoveryState(given) {
      discovery = given
    },
    ...(interactive
      ? {}
      : {
          prepareTokenRequest(scope?: string) {
            asked = scope
            const request = new URLSearchParams({ grant_type: 'client_credentials' })
            if (scope) request.set('scope', scope)
            return request
          },
        }),
    ...(secrets.private_key === undefined
      ? {}
      : {
          addClientAuthentication: createPrivateKeyJwtAuth({
            issuer: auth.client_id!,
            subject: auth.client_id!,
            privateKey: secrets.private_key,
            alg: auth.algorithm ?? 'RS256',
          }),
        }),
  }
}

type ClientPart = Pick<
  OAuthClientProvider,
  'clientInformation' | 'saveClientInformation' | 'invalidateCredentials'
>

/**
 * A client of the configuration is bound to its issuer, and never kept. Another is registered, and
 * then kept: what was begun as one client is ended as the same.
 */
function clientOf(
  { auth, secrets, keeper, pending, renewing, ...options }: ProviderOptions,
  using: (client: StoredOAuthClientInformation | undefined) => void,
): ClientPart {
  const { client_id, issuer } = auth
  if (client_id !== undefined) {
    const { client_secret } = secrets
    const client = { client_id, ...(client_secret ? { client_secret } : {}), issuer: issuer! }
    return { clientInformation: () => client }
  }
  const known = () => {
    if (pending) return pending.client
    const { holder, client } = keeper.grant
    if (renewing) return holder
    return client && isOfUse(client, { auth, ...options }) ? client : undefined
  }
  return {
    clientInformation() {
      const client = known()
      using(client)
      return client
    },
    async saveClientInformation(client) {
      using(client)
      if (!pending) await keeper.change({ client })
    },
    async invalidateCredentials(what) {
      if (what === 'client' || what === 'all') await keeper.change({ client: undefined })
    },
  }
}

/**
 * Whether a registered client can sign in for what is asked: not after the service has moved to
 * another address, and not for scopes that it was not registered for.
 */
function isOfUse(
  client: StoredOAuthClientInformation,
  { auth, base, scope }: Pick<ProviderOptions, 'auth' | 'base' | 'scope'>,
): boolean {
  if (!('redirect_uris' in client)) {
    return client.client_id === (auth.client_metadata_url ?? clientMetadataUrl(base))
  }
  const registered = client.scope?.split(' ')
  const asked = scope?.split(' ').filter(Boolean) ?? []
  return (
    client.redirect_uris.includes(base + CALLBACK_PATH) &&
    (registered === undefined || asked.every((one) => registered.includes(one)))
  )
}

/** Tokens as they are kept: until when they are good, and for what when the answer left it out. */
export function held(
  { id_token: _, ...tokens }: HeldTokens,
  now: Date,
  asked: string | undefined,
): HeldTokens {
  const { expires_in, scope = asked } = tokens
  return {
    ...tokens,
    ...(scope === undefined ? {} : { scope }),
    ...(expires_in === undefined
      ? {}
      : { expires_at: new Date(now.getTime() + expires_in * 1000).toISOString() }),
  }
}

/** An administrator is going to follow this address, and an upstream has chosen it. */
function linkable(url: URL): string {
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)) return url.href
  throw new FacetError('source_unavailable', 'The page to sign in at has no https address.')
}
