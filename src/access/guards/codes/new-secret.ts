import { Secret, TOTP } from 'otpauth'
import { STEP_SECONDS } from './one-time-code.ts'

/** Bytes RFC 4226 recommends. */
const BYTES = 20

/** A new secret in base32, and the address by which authenticators take it. */
export function newSecret(name: string): { secret: string; uri: string } {
  const secret = new Secret({ size: BYTES })
  const totp = new TOTP({ issuer: 'Facet', label: name, secret, period: STEP_SECONDS })
  return { secret: secret.base32, uri: totp.toString() }
}
