import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose'
import type { JsonObject } from '../../store/ports.ts'
import { readClaims, type VerifiedToken } from './claims.ts'
import type { JwtIssuer } from './settings.ts'

/**
 * Looks at a token: undefined when it is not for this verifier, or not good.
 *
 * @throws {Error} when it could not be found out; nobody is let in then.
 */
export type VerifyToken = (token: string) => Promise<VerifiedToken | undefined>

/** The issuer a JWT names; undefined for a token that is no JWT. Nothing of it is believed yet. */
export function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

/**
 * Verifies JWTs of one issuer by its published keys. Keys are fetched when one is missing, and not
 * again for half a minute: a stranger's tokens must not make us ask for each of them.
 */
export function createJwtVerifier(issuer: JwtIssuer, now: () => Date): VerifyToken {
  const keys = createRemoteJWKSet(new URL(issuer.jwks_url), { cooldownDuration: 30_000 })
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: issuer.issuer,
        algorithms: issuer.algorithms,
        clockTolerance: issuer.clock_skew_seconds,
        currentDate: now(),
        requiredClaims: ['exp', 'aud'],
      })
      const expires = (payload.exp! + issuer.clock_skew_seconds) * 1000
      return readClaims(payload as JsonObject, issuer, expires)
    } catch (error) {
      if (isRefusal(error)) return undefined
      throw error
    }
  }
}

const REFUSALS = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
]

/** Whether the token is to blame, and not the way to the keys. */
function isRefusal(error: unknown): boolean {
  return REFUSALS.some((refusal) => error instanceof refusal)
}
