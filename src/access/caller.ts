/**
 * Who asks, taken from the credential on this request. Two requests with equal ids are the same
 * caller.
 */
export interface Caller {
  readonly id: string
  readonly kind: 'admin' | 'local'
}

/** Holds the administrator's token. */
export const ADMIN: Caller = { id: 'admin', kind: 'admin' }

/** Anybody who can reach a service that listens on loopback and has no credential configured. */
export const LOCAL: Caller = { id: 'local', kind: 'local' }
