import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import Provider from 'oidc-provider'
import { onTestFinished } from 'vitest'
import { fakeTool } from './fake-upstream.ts'
import { type SdkUpstream, startSdkUpstream } from './sdk-upstream.ts'

export const SECRET = 'client-secret-0123456789'

export interface OAuthUpstream {
  /** Address of the MCP server, which wants a token of the authorization server. */
  readonly url: string
  readonly upstream: SdkUpstream
  /** The authorization server: an OpenID provider from npm. */
  readonly issuer: string
  /** Every token that came to the MCP server, in order. */
  readonly tokens: string[]
  /** Requests to the authorization server: method and path. */
  readonly asked: string[]
  /** Forms posted to the token endpoint. */
  readonly forms: URLSearchParams[]
  /** Answers everything at the authorization server with this status while it is set. */
  failure: number | undefined
  /** What the metadata of the MCP server says; replaceable. */
  metadata: Record<string, unknown>
  /** Leaves requests to the authorization server without an answer. */
  hangs: boolean
  /** Sends who asks the authorization server for its metadata there. */
  redirect: string | undefined
  /** Endpoints that the metadata of the authorization server names in place of its own. */
  tokenEndpoint: string | undefined
  authorizationEndpoint: string | undefined
  /** Scopes a method needs, beside `mcp:use`. */
  readonly needs: Map<string, string>
  /** Refuses every request for tokens, and repeats it to whoever asked. */
  echo: boolean
  /** Refuses whoever signs in. */
  denies: boolean
  /** Makes a token no longer good for anything. */
  revoke(token: string): Promise<void>
  /** Takes back what somebody agreed to: tokens, and what renews them. */
  revokeGrants(): Promise<void>
}

interface Options {
  readonly clients?: readonly Record<string, unknown>[]
  readonly seconds?: number
  /** Origin of another MCP server to protect, in place of the usual one. */
  readonly behind?: string
}

async function listening(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const http = createServer(handler)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

/** An MCP server behind a resource server of its own, and the authorization server it believes. */
export async function startOAuthUpstream({
  clients = [],
  seconds = 600,
  behind,
}: Options = {}): Promise<OAuthUpstream> {
  const upstream = await startSdkUpstream('modern')
  upstream.tools.push(fakeTool('remote'))
  const grants: string[] = []
  let handleAuth = (_: IncomingMessage, response: ServerResponse) => void response.end()
  const issuer = await listening((request, response) => {
    const path = new URL(request.url!, 'http://x').pathname
    state.asked.push(`${request.method} ${path}`)
    if (state.hangs) return
    if (state.failure !== undefined) return void response.writeHead(state.failure).end('no')
    if (path.startsWith('/.well-known/') && state.redirect !== undefined) {
      return void response.writeHead(302, { location: state.redirect }).end()
    }
    const { tokenEndpoint, authorizationEndpoint } = state
    if (path.startsWith('/.well-known/') && (tokenEndpoint ?? authorizationEndpoint)) {
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          issuer,
          authorization_endpoint: authorizationEndpoint ?? `${issuer}/auth`,
          token_endpoint: tokenEndpoint ?? `${issuer}/token`,
          registration_endpoint: `${issuer}/reg`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        }),
      )
    }
    handleAuth(request, response)
  })
  const url = await listening(getRequestListener((request) => protectedBy(request)))

  const provider = new Provider(issuer, {
    clients: [...clients],
    scopes: ['mcp:use', 'mcp:admin', 'offline_access'],
    ttl: { ClientCredentials: seconds, AccessToken: seconds, Grant: 86_400, Session: 86_400 },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'mcp:use mcp:admin',
          accessTokenFormat: 'opaque',
        }),
      },
    },
  })
  const answer = provider.callback()
  handleAuth = (request, response) => {
    if (request.url!.startsWith('/interaction/')) return void interact(request, response)
    if (request.url !== '/token') return void answer(request, response)
    request.once('data', (chunk: Buffer) => {
      state.forms.push(new URLSearchParams(chunk.toString()))
      request.unshift(chunk)
      const said = `${chunk} ${request.headers.authorization}`
      if (state.echo) response.writeHead(400).end(said)
      else answer(request, response)
    })
  }

  /** Somebody who signs in, and agrees to everything. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    if (state.denies) {
      const error = { error: 'access_denied', error_description: 'not today' }
      return provider.interactionFinished(request, response, error)
    }
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: 'somebody' } })
    }
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
    grant.addOIDCScope(String(params.scope))
    grant.addResourceScope(String(params.resource), String(params.scope))
    const consent = { grantId: await grant.save() }
    grants.push(consent.grantId)
    return provider.interactionFinished(
      request,
      response,
      { consent },
      { mergeWithLastSubmission: true },
    )
  }

  async function protectedBy(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/.well-known/oauth-protected-resource/mcp') {
      return Response.json(state.metadata)
    }
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
    const found = token ? await find(token) : undefined
    if (token) state.tokens.push(token)
    const metadata = `resource_metadata="${url}/.well-known/oauth-protected-resource/mcp"`
    if (!found || found.aud !== `${url}/mcp`) {
      const headers = { 'www-authenticate': `Bearer ${metadata}, scope="mcp:use"` }
      return Response.json({ error: token }, { status: 401, headers })
    }
    const body = request.method === 'POST' ? await request.text() : undefined
    const method = body ? (JSON.parse(body) as { method?: string }).method : undefined
    const needed = state.needs.get(method ?? '')
    if (needed && !found.scope?.split(' ').includes(needed)) {
      const challenge = `Bearer error="insufficient_scope", scope="${needed}", ${metadata}`
      return new Response(null, { status: 403, headers: { 'www-authenticate': challenge } })
    }
    return fetch(behind === undefined ? upstream.url : new URL(pathname, behind), {
      method: request.method,
      headers: [...request.headers].filter(([name]) => !['host', 'content-length'].includes(name)),
      signal: request.signal,
      ...(body === undefined ? {} : { body }),
    })
  }

  async function find(token: string) {
    const { AccessToken, ClientCredentials } = provider
    return (await AccessToken.find(token)) ?? (await ClientCredentials.find(token))
  }

  const state: OAuthUpstream = {
    url: `${url}/mcp`,
    upstream,
    issuer,
    tokens: [],
    asked: [],
    forms: [],
    failure: undefined,
    metadata: {
      resource: `${url}/mcp`,
      authorization_servers: [issuer],
      scopes_supported: ['mcp:use'],
    },
    hangs: false,
    redirect: undefined,
    tokenEndpoint: undefined,
    authorizationEndpoint: undefined,
    needs: new Map(),
    echo: false,
    denies: false,
    async revoke(token) {
      await (await find(token))?.destroy()
    },
    async revokeGrants() {
      for (const id of grants) {
        await provider.AccessToken.revokeByGrantId(id)
        await provider.RefreshToken.revokeByGrantId(id)
        await (await provider.Grant.find(id))?.destroy()
      }
    },
  }
  return state
}
