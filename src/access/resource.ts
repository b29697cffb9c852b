import type { FacetError } from '../errors/facet-error.ts'
import type { AuthSettings } from './tokens/settings.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/** What tokens are for, and where clients get them (RFC 9728). */
export interface Resources {
  /** The resource a request is about: the URL of an MCP endpoint, else the service. */
  resourceOf(mcpPath: string | undefined): string
  /** The metadata of a resource; undefined where no tokens are taken. */
  metadata(mcpPath: string | undefined): ProtectedResource | undefined
  /** What `WWW-Authenticate` says to a request that was not let in. */
  challenge(error: FacetError, mcpPath: string | undefined, wasShown: boolean): string
}

export interface ProtectedResource {
  readonly resource: string
  readonly authorization_servers: readonly string[]
  readonly bearer_methods_supported: readonly string[]
  readonly resource_name: string
}

export function createResources(
  { jwt, introspection }: AuthSettings,
  base: () => string,
): Resources {
  const issuers = [...jwt, ...(introspection ? [introspection] : [])].map(({ issuer }) => issuer)
  const authorization_servers = [...new Set(issuers)]
  const takesTokens = authorization_servers.length > 0
  const resourceOf = (mcpPath = '') => base() + mcpPath

  return {
    resourceOf,
    metadata(mcpPath) {
      if (!takesTokens) return undefined
      return {
        resource: resourceOf(mcpPath),
        authorization_servers,
        bearer_methods_supported: ['header'],
        resource_name: 'Facet',
      }
    },
    challenge(error, mcpPath = '', wasShown) {
      if (!takesTokens) return 'Bearer'
      const parts = [`resource_metadata="${base()}${WELL_KNOWN}${mcpPath}"`]
      if (error.code === 'insufficient_scope') {
        const scope = error.errors.map(({ message }) => message).join(' ')
        parts.unshift('error="insufficient_scope"', `scope="${scope}"`)
      } else if (wasShown) parts.unshift('error="invalid_token"')
      return `Bearer ${parts.join(', ')}`
    },
  }
}
