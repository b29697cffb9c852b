import type { OAuthClientMetadata } from '@modelcontextprotocol/client'
import type { OAuthSettings } from './settings.ts'

export const CALLBACK_PATH = '/oauth/callback'
export const CLIENT_METADATA_PATH = '/oauth/client-metadata.json'

/** What Facet says about itself to an authorization server. */
export function clientMetadata(
  base: string,
  auth?: Pick<OAuthSettings, 'grant' | 'scopes'>,
): OAuthClientMetadata {
  const scope = auth?.scopes?.join(' ')
  const common = { client_name: 'Facet', ...(scope ? { scope } : {}) }
  if (auth?.grant === 'client_credentials') {
    return { ...common, redirect_uris: [], grant_types: ['client_credentials'] }
  }
  return {
    ...common,
    redirect_uris: [base + CALLBACK_PATH],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  }
}

/** Where an authorization server can read it; only https will do for a client id. */
export function clientMetadataUrl(base: string): string | undefined {
  return base.startsWith('https:') ? base + CLIENT_METADATA_PATH : undefined
}

/** The client id metadata document of this service. */
export function clientMetadataDocument(base: string): Record<string, unknown> | undefined {
  const url = clientMetadataUrl(base)
  if (url === undefined) return undefined
  const { client_name, ...rest } = clientMetadata(base)
  return {
    client_id: url,
    client_name,
    client_uri: base,
    ...rest,
    token_endpoint_auth_method: 'none',
  }
}
