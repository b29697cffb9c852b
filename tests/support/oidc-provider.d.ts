/** What tests use of oidc-provider, which ships no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

  interface Token {
    readonly aud: string
    readonly scope?: string
    destroy(): Promise<void>
  }

  interface Tokens {
    find(token: string): Promise<Token | undefined>
    revokeByGrantId(id: string): Promise<void>
  }

  interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export default class Provider {
    constructor(issuer: string, configuration: object)
    callback(): RequestListener
    readonly AccessToken: Tokens
    readonly RefreshToken: Tokens
    readonly ClientCredentials: Tokens
    readonly Grant: Tokens & (new (of: { accountId: string; clientId: unknown }) => Grant)
    interactionDetails(
      request: IncomingMessage,
      response: ServerResponse,
    ): Promise<{
      prompt: { name: string }
      params: Record<string, unknown>
      session: { accountId: string }
    }>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
      options?: object,
    ): Promise<void>
  }
}
