import type { Transport } from './definition.ts'
import { type OAuthSettings, secretsOf } from './oauth/settings.ts'
import { shownValues } from './secrets.ts'
import type { Source } from './sources.ts'

/**
 * The REST body of a source. Values of secrets are never in it, references to them are. Where to
 * sign in is for those who may change sources: whoever does is who the source acts as.
 */
export function presentSource({ record, definition, status }: Source, mayChange = false) {
  const { transport, description, ...rest } = definition
  return {
    id: record.id,
    description: description ?? null,
    ...rest,
    origin: record.origin,
    transport: shown(transport),
    status: mayChange ? status : withoutAddress(status),
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  }
}

function shown(transport: Transport): Transport {
  if (transport.type === 'stdio') {
    return { ...transport, ...(transport.env ? { env: shownValues(transport.env) } : {}) }
  }
  const { headers, auth } = transport
  return {
    ...transport,
    ...(headers ? { headers: shownValues(headers) } : {}),
    ...(auth ? { auth: shownAuth(auth) } : {}),
  }
}

function shownAuth(auth: OAuthSettings): OAuthSettings {
  return { ...auth, ...shownValues(secretsOf(auth)) }
}

function withoutAddress(status: Source['status']): Source['status'] {
  const { authorization } = status
  if (!authorization?.sign_in) return status
  const sign_in = { ...authorization.sign_in, url: null }
  return { ...status, authorization: { ...authorization, sign_in } }
}
