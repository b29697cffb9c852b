import ipaddr from 'ipaddr.js'
import type { Caller } from './caller.ts'
import type { Asking } from './credential.ts'
import { rolesOf } from './tokens/claims.ts'
import type { ProxySettings } from './tokens/settings.ts'

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

/**
 * Whom a reverse proxy says a request is from. Only proxies at trusted addresses are believed;
 * from anybody else the header is nothing.
 */
export function createProxyIdentity(settings: ProxySettings) {
  const ranges = settings.trusted.map(rangeOf)
  const { header: name, groups_header, id_prefix, role_map, default_roles } = settings

  return ({ header, remoteAddress }: Asking): Caller | undefined => {
    if (remoteAddress === undefined || !ranges.some((range) => holds(range, remoteAddress))) {
      return undefined
    }
    const id = header(name)?.trim()
    // Two headers arrive as one with a comma: one of them came from somewhere else.
    if (!id || id.includes(',')) return undefined
    const given = groups_header === undefined ? undefined : header(groups_header)
    const groups = (given ?? '')
      .split(',')
      .map((group) => group.trim())
      .filter(Boolean)
    return {
      id: id_prefix + id,
      kind: 'proxy',
      roles: rolesOf(role_map ? groups : [], role_map, default_roles),
      groups,
      attributes: {},
      credential: { kind: 'proxy', id: name },
    }
  }
}

function rangeOf(text: string): Range {
  if (text.includes('/')) return ipaddr.parseCIDR(text)
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

function holds([start, bits]: Range, text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  return address.kind() === start.kind() && address.match(start, bits)
}
