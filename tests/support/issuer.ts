import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'

export interface Issuer {
  readonly url: string
  /** Settings by which a service takes tokens of it. */
  readonly settings: { issuer: string; jwks_url: string }
  /** Times the keys were fetched. */
  readonly fetches: () => number
  /** What the keys are answered with instead; undefined for the keys. */
  failure: number | undefined
  token(claims: JWTPayload, options?: TokenOptions): Promise<string>
  close(): void
}

export interface TokenOptions {
  readonly kid?: string
  readonly alg?: string
  /** Signed with a key the issuer never published. */
  readonly forged?: boolean
}

/**
 * An issuer of signed tokens: its keys are served, its tokens are whatever a test wants. With
 * `keep` it is closed by whoever started it.
 */
export async function startIssuer({ keep = false } = {}): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const stranger = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
  let fetches = 0
  const server: Server = createServer((_, response) => {
    fetches++
    response.writeHead(issuer.failure ?? 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: [jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  if (!keep) onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer: Issuer = {
    url,
    settings: { issuer: url, jwks_url: `${url}/jwks` },
    fetches: () => fetches,
    failure: undefined,
    close: () => void server.close(),
    token(claims, { kid = 'k1', alg = 'RS256', forged = false } = {}) {
      const all = { iss: url, exp: Math.floor(Date.now() / 1000) + 600, ...claims }
      const key = alg === 'HS256' ? new TextEncoder().encode(jwk.n!) : privateKey
      return new SignJWT(all)
        .setProtectedHeader({ alg, kid })
        .sign(forged ? stranger.privateKey : key)
    },
  }
  return issuer
}
