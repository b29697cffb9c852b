import { lookup as dnsLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent } from 'undici'
import { FacetError } from '../../errors/facet-error.ts'

/** Whether an address is one of the public internet: nothing local, private or special. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return parsed.range() === 'unicast'
}

/** Resolves a name and refuses it when any of its addresses is not public. */
export type Resolve = (
  hostname: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>

const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    dnsLookup(hostname, { all: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    )
  })

export interface AddressGuard {
  /**
   * The dispatcher to use for a URL: one that connects only to the addresses that were checked, so
   * that a second answer of the name server cannot lead elsewhere.
   *
   * @throws {FacetError} `upstream_failed` when the URL names a private address.
   */
  dispatcherFor(url: URL): Agent
  close(): Promise<void>
}

/** `allowedHosts` are hosts, or host:port, that may be called although they are private. */
export function createAddressGuard(
  allowedHosts: readonly string[],
  resolve: Resolve = systemResolve,
): AddressGuard {
  const lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const refused = addresses.find(({ address }) => !isPublicAddress(address))
        if (refused || addresses.length === 0) {
          callback(refusal(hostname, refused?.address ?? 'nothing'), '', 4)
        } else if (options.all) {
          callback(null, [...addresses])
        } else {
          callback(null, addresses[0]!.address, addresses[0]!.family)
        }
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 4),
    )
  }
  const guarded = new Agent({ connect: { lookup } })
  const open = new Agent()
  return {
    dispatcherFor(url) {
      if (allowedHosts.includes(url.host) || allowedHosts.includes(url.hostname)) return open
      const host = url.hostname.replace(/^\[|\]$/g, '')
      // Sockets do not look up what is an address already.
      if (ipaddr.isValid(host) && !isPublicAddress(host)) throw refusal(host, host)
      return guarded
    },
    async close() {
      await Promise.all([guarded.close(), open.close()])
    },
  }
}

function refusal(host: string, address: string): FacetError {
  const where = host === address ? host : `${host}, which is ${address},`
  return new FacetError(
    'upstream_failed',
    `Nothing is sent to ${where} because it is not a public address; an administrator can add it to http_allowed_hosts.`,
  )
}
