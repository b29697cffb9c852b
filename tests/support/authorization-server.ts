import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { onTestFinished } from 'vitest'

export interface AuthorizationServer {
  readonly url: string
  /** A program that gets tokens for itself. */
  readonly agent: { readonly clientId: string; readonly clientSecret: string }
  /** Who may ask about tokens. */
  readonly resourceServer: { readonly clientId: string; readonly clientSecret: string }
  /** Requests by path so far. */
  readonly asked: (path: string) => number
  /** Answers everything with this status while it is set. */
  failure: number | undefined
  /** A token for a resource, as the agent. */
  token(resource: string, scope?: string): Promise<string>
  revoke(token: string): Promise<void>
}

/** An OpenID provider from npm, certified and none of ours, that gives tokens of one format. */
export async function startAuthorizationServer(
  format: 'jwt' | 'opaque',
  { seconds = 600 } = {},
): Promise<AuthorizationServer> {
  const agent = { clientId: 'agent', clientSecret: 'agent-secret-0123456789' }
  const resourceServer = { clientId: 'facet', clientSecret: 'facet-secret-0123456789' }
  const paths: string[] = []
  const http = createServer()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void http.close())
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const client = ({ clientId, clientSecret }: typeof agent) => ({
    client_id: clientId,
    client_secret: clientSecret,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  })
  const provider = new Provider(url, {
    clients: [client(agent), client(resourceServer)],
    scopes: ['mcp:use', 'mcp:risk'],
    ttl: { ClientCredentials: seconds },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_: unknown, { clientId }: { clientId: string }) =>
          clientId === resourceServer.clientId,
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_: unknown, resource: string) => ({
          scope: 'mcp:use mcp:risk',
          audience: resource,
          accessTokenFormat: format,
          ...(format === 'jwt' ? { jwt: { sign: { alg: 'RS256' } } } : {}),
        }),
      },
    },
  })
  const answer = provider.callback()
  http.on('request', (request, response) => {
    paths.push(new URL(request.url!, url).pathname)
    if (server.failure === undefined) answer(request, response)
    else response.writeHead(server.failure).end('no')
  })

  const post = (path: string, form: Record<string, string>) =>
    fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${agent.clientId}:${agent.clientSecret}`)}` },
      body: new URLSearchParams(form),
    })

  const server: AuthorizationServer = {
    url,
    agent,
    resourceServer,
    asked: (path) => paths.filter((each) => each === path).length,
    failure: undefined,
    async token(resource, scope = 'mcp:use') {
      const form = { grant_type: 'client_credentials', resource, scope }
      const response = await post('/token', form)
      const body = (await response.json()) as { access_token?: string }
      if (!body.access_token) throw new Error(JSON.stringify(body))
      return body.access_token
    },
    async revoke(token) {
      const response = await post('/token/revocation', { token })
      if (!response.ok) throw new Error(await response.text())
    },
  }
  return server
}
