import { setTimeout as sleep } from 'node:timers/promises'
import { discoverOAuthServerInfo } from '@modelcontextprotocol/client'
import type { z } from 'zod'
import type { sourceInput } from '../../src/sources/definition.ts'
import type { SourceStatus } from '../../src/sources/status.ts'

/** What a scenario tells its client beforehand. */
export interface Context {
  readonly name?: string
  readonly client_id?: string
  readonly client_secret?: string
  readonly private_key_pem?: string
  readonly signing_algorithm?: 'ES256'
}

/** The source an administrator would write for the suite's server, knowing what a client may know. */
export async function sourceFor(
  url: string,
  context: Context,
): Promise<z.input<typeof sourceInput>> {
  const { client_id, client_secret, private_key_pem, signing_algorithm, name = '' } = context
  const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? name
  if (!scenario.startsWith('auth/')) return { id: 'suite', transport: { type: 'http', url } }
  const programs = scenario.includes('client-credentials')
  const given =
    client_id === undefined
      ? { client_metadata_url: 'https://conformance-test.local/client-metadata.json' }
      : {
          client_id,
          issuer: await issuerOf(url),
          ...(client_secret ? { client_secret: '${SECRET}' } : {}),
          ...(private_key_pem ? { private_key: '${SECRET}', algorithm: signing_algorithm } : {}),
        }
  const grant = programs ? ('client_credentials' as const) : ('authorization_code' as const)
  return {
    id: 'suite',
    transport: { type: 'http', url, auth: { type: 'oauth', grant, ...given } },
  }
}

/** Whoever has a client at a server knows its issuer. */
async function issuerOf(url: string): Promise<string> {
  const info = await discoverOAuthServerInfo(url)
  return info.authorizationServerMetadata?.issuer ?? info.authorizationServerUrl
}

/** Waits for a source and signs in for it, as somebody with a browser would. */
export class Administrator {
  readonly #own: string
  readonly #seen = new Set<string>()
  #refused = 0
  reason = ''

  constructor(own: string) {
    this.#own = own
  }

  /** Whether the source comes up. */
  async untilUp(): Promise<boolean> {
    for (let waited = 0; waited < 1_200; waited++) {
      const { state, last_error, authorization, failures } = await this.#status()
      if (state === 'up') return true
      this.reason = last_error?.message ?? ''
      if (state === 'authorization_required') await this.signIn()
      if (this.#refused > 1) return false
      // A busy machine may need a second attempt; a refusal stays one.
      if (state === 'down' && (authorization ? failures > 2 : /401/.test(this.reason))) return false
      await sleep(50)
    }
    return false
  }

  /** Opens the page the source wants opened; false when there is none that was not open before. */
  async signIn(): Promise<boolean> {
    const url = (await this.#status()).authorization?.sign_in?.url
    if (!url || this.#seen.has(url)) return false
    this.#seen.add(url)
    const response = await fetch(url, { redirect: 'manual' })
    const back = response.headers.get('location')
    if (!back) return false
    const page = await fetch(back)
    if (!page.ok) {
      this.#refused++
      this.reason = await page.text()
    }
    return page.ok
  }

  async #status(): Promise<SourceStatus> {
    const source = await (await fetch(`${this.#own}/sources/suite`)).json()
    return (source as { status: SourceStatus }).status
  }
}
