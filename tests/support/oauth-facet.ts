import { type StartOptions, startFacet, type TestFacet } from './facet.ts'
import { EVERYTHING } from './federated.ts'
import { connectClient, textOf } from './mcp.ts'
import { type OAuthUpstream, SECRET } from './oauth-upstream.ts'

/** A client that the authorization server knows beforehand, and signs in by itself. */
export const PROGRAM = {
  client_id: 'program',
  client_secret: SECRET,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
}

export interface OAuthFacet {
  readonly facet: TestFacet
  /** Calls the tool `remote` and answers with its text. */
  call(): Promise<string>
  /** Lets time pass. */
  pass(seconds: number): void
  readonly lines: string[]
}

/** A Facet that may ask authorization servers on this machine, with a server that shows it all. */
export async function facetWithOAuth(
  { settings = {}, ...options }: StartOptions = {},
  upstreams: readonly OAuthUpstream[] = [],
): Promise<OAuthFacet> {
  const lines: string[] = []
  let ahead = 0
  const hosts = upstreams.map(({ issuer }) => new URL(issuer).host)
  const facet = await startFacet({
    listen: true,
    log: (line) => lines.push(line),
    now: () => new Date(Date.now() + ahead),
    environment: { CLIENT_SECRET: SECRET },
    limits: { backoffMs: 50, maxBackoffMs: 200 },
    ...options,
    settings: {
      http_allowed_hosts: ['127.0.0.1'],
      secrets: { CLIENT_SECRET: { env: 'CLIENT_SECRET', hosts } },
      ...settings,
    },
  })
  await facet.api('POST', '/dynamic', { id: 's', name: 'S', status: 'active', rules: EVERYTHING })
  return {
    facet,
    lines,
    pass: (seconds) => {
      ahead += seconds * 1000
    },
    async call() {
      const client = await connectClient(`${facet.url}/dynamic/s/mcp`)
      try {
        return textOf(await client.callTool({ name: 'remote', arguments: {} }))
      } finally {
        await client.close()
      }
    },
  }
}

export function programSource(upstream: OAuthUpstream, more: Record<string, unknown> = {}) {
  return sourceWith(upstream, {
    grant: 'client_credentials',
    issuer: upstream.issuer,
    client_id: PROGRAM.client_id,
    client_secret: '${CLIENT_SECRET}',
    ...more,
  })
}

export function sourceWith({ url }: OAuthUpstream, auth: Record<string, unknown> = {}) {
  return { id: 'up', transport: { type: 'http', url, auth: { type: 'oauth', ...auth } } }
}
