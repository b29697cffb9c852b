import { Secret, TOTP } from 'otpauth'

/** Seconds of a time step. */
export const STEP_SECONDS = 30

/** Steps a clock may be off, to either side. */
const SKEW = 1

/** The least RFC 4226 and authenticators agree on; an empty secret would let everybody in. */
const MIN_BYTES = 10

/** Why a secret cannot be used; it says nothing of the secret. */
export class SecretError extends Error {}

/** The bytes of a secret in base32, as authenticators show it: in groups, in either case. @throws {SecretError} */
export function readSecret(text: string): Secret {
  const base32 = text.replace(/[\s-]/g, '').replace(/=+$/, '').toUpperCase()
  if (!/^[A-Z2-7]+$/.test(base32)) throw new SecretError('The secret is not base32.')
  const secret = Secret.fromBase32(base32)
  if (secret.bytes.length >= MIN_BYTES) return secret
  throw new SecretError(`The secret has fewer than ${MIN_BYTES} bytes.`)
}

/**
 * The time step that a code is of (RFC 6238: SHA-1, six digits), now or one step off; undefined for
 * a wrong code.
 *
 * @param at in ms since 1970
 */
export function stepOf(secret: Secret, code: string, at: number): number | undefined {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const delta = TOTP.validate({ token, secret, timestamp: at, period: STEP_SECONDS, window: SKEW })
  return delta === null ? undefined : TOTP.counter({ timestamp: at, period: STEP_SECONDS }) + delta
}
