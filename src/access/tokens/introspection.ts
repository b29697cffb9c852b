import {
  type AuthorizationServer,
  allowInsecureRequests,
  ClientSecretBasic,
  introspectionRequest,
  processIntrospectionResponse,
} from 'oauth4webapi'
import type { JsonObject } from '../../store/ports.ts'
import { readClaims } from './claims.ts'
import type { VerifyToken } from './jwt.ts'
import type { IntrospectionSettings } from './settings.ts'

const FOREVER = 8.64e15

/** Asks the authorization server about tokens that say nothing by themselves (RFC 7662). */
export function createIntrospection(
  settings: IntrospectionSettings,
  secret: () => string,
  now: () => Date,
): VerifyToken {
  const { url, issuer, client_id, timeout_seconds } = settings
  const server: AuthorizationServer = { issuer, introspection_endpoint: url }
  const client = { client_id }
  // Plain http is refused by the settings, except on this machine.
  const insecure = new URL(url).protocol === 'http:'
  return async (token) => {
    const response = await introspectionRequest(
      server,
      client,
      ClientSecretBasic(secret()),
      token,
      {
        signal: AbortSignal.timeout(timeout_seconds * 1000),
        [allowInsecureRequests]: insecure,
        additionalParameters: { token_type_hint: 'access_token' },
      },
    )
    const answer = await processIntrospectionResponse(server, client, response)
    if (answer.active !== true) return undefined
    const at = now().getTime()
    const { exp, nbf } = answer
    if ((exp !== undefined && exp * 1000 <= at) || (nbf !== undefined && nbf * 1000 > at)) {
      return undefined
    }
    const expires = exp === undefined ? FOREVER : exp * 1000
    return readClaims(answer as unknown as JsonObject, settings, expires)
  }
}
