import type { Grant } from './grant.ts'
import type { Pending } from './pending.ts'
import type { OAuthSettings } from './settings.ts'

/** How a source with OAuth stands. Nothing of it is secret, but for the address to sign in at. */
export interface AuthorizationStatus {
  readonly grant: OAuthSettings['grant']
  readonly signed_in: boolean
  readonly issuer: string | null
  /** What the tokens are good for, as far as it was said. */
  readonly scopes: readonly string[]
  readonly token_expires_at: string | null
  /** Somebody has to sign in, at first or because the upstream wants more scopes. */
  readonly sign_in: {
    /** Only for callers who may change sources; whoever signs in there is who the source acts as. */
    readonly url: string | null
    readonly scopes: readonly string[]
    readonly expires_at: string
  } | null
}

export function statusOf(
  { grant }: OAuthSettings,
  { tokens, discovery }: Grant,
  signIn: Pending | undefined,
  now: Date,
): AuthorizationStatus {
  const isOpen = signIn !== undefined && signIn.expiresAt > now
  return {
    grant,
    signed_in: tokens !== undefined,
    issuer: discovery?.authorizationServerMetadata?.issuer ?? null,
    scopes: words(tokens?.scope),
    token_expires_at: tokens?.expires_at ?? null,
    sign_in: isOpen
      ? {
          url: signIn.url,
          scopes: words(signIn.scope),
          expires_at: signIn.expiresAt.toISOString(),
        }
      : null,
  }
}

function words(scope: string | undefined): string[] {
  return scope?.split(' ').filter(Boolean) ?? []
}
