import { createHash, timingSafeEqual } from 'node:crypto'
import { FacetError } from '../errors/facet-error.ts'
import { ADMIN, type Caller, LOCAL } from './caller.ts'

/** Finds out who asks. @throws {FacetError} `unauthorized` */
export type Authenticate = (authorization: string | undefined) => Caller

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * Without an administrator's token everybody is the local user; the service listens on loopback
 * only then. With one, every request carries it as `Authorization: Bearer`.
 */
export function createAuthenticate(adminToken: string | undefined): Authenticate {
  if (adminToken === undefined) return () => LOCAL
  const expected = digest(adminToken)
  return (authorization) => {
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
    // Digests have one length, so the comparison tells nothing about the token.
    if (token !== undefined && timingSafeEqual(digest(token), expected)) return ADMIN
    throw new FacetError(
      'unauthorized',
      token === undefined
        ? 'Send the credential as "Authorization: Bearer <token>".'
        : 'The credential is not valid.',
    )
  }
}
