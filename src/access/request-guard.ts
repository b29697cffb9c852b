import { isIP } from 'node:net'
import { FacetError } from '../errors/facet-error.ts'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

export interface GuardOptions {
  /** Address the service listens on. */
  readonly host: string
  readonly publicUrl?: string | undefined
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
}

/**
 * Refuses requests that a web page made with a name of its own (DNS rebinding) or from an origin
 * that is not allowed.
 *
 * @throws {FacetError} `forbidden_host`, `forbidden_origin`
 */
export type RequestGuard = (host: string | undefined, origin: string | undefined) => void

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

export function createRequestGuard(options: GuardOptions): RequestGuard {
  const { host, publicUrl, allowedHosts, allowedOrigins } = options
  const loopback = isLoopback(host)
  const names = new Set([...LOOPBACK, ...allowedHosts.map((name) => name.toLowerCase())])
  if (publicUrl) names.add(new URL(publicUrl).hostname)
  const origins = new Set(allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, '')))
  if (publicUrl) origins.add(new URL(publicUrl).origin)

  /** An address cannot be rebound to another; only names can. */
  const isAllowedName = (name: string) =>
    names.has(name) || (!loopback && isIP(name.replace(/^\[|\]$/g, '')) > 0)

  /** The Host most requests have: what was allowed once need not be taken apart again. */
  let usual: string | undefined

  return (hostHeader, origin) => {
    if (origin === undefined && hostHeader !== undefined && hostHeader === usual) return
    const name = hostHeader === undefined ? undefined : hostname(`http://${hostHeader}`)
    if (name === undefined || !(isAllowedName(name) || names.has(hostHeader!.toLowerCase()))) {
      throw new FacetError(
        'forbidden_host',
        `The Host ${JSON.stringify(hostHeader ?? '')} is not allowed; an administrator can add it to allowed_hosts.`,
      )
    }
    usual = hostHeader
    if (origin === undefined || origins.has(origin.toLowerCase())) return
    const from = hostname(origin)
    if (from !== undefined && /^https?:/i.test(origin) && LOOPBACK.includes(from) && loopback)
      return
    throw new FacetError(
      'forbidden_origin',
      `The Origin ${JSON.stringify(origin)} is not allowed; an administrator can add it to allowed_origins.`,
    )
  }
}

function hostname(url: string): string | undefined {
  try {
    return new URL(url).hostname.toLowerCase()
  } catch {
    return undefined
  }
}
