import { FacetError } from '../errors/facet-error.ts'
import type { Attempts } from './attempts.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { Caller } from './caller.ts'

export interface SignIn {
  /**
   * Begins a session for whoever holds a key or the administrator's token.
   *
   * @throws {FacetError} `unauthorized`, `too_many_attempts`
   */
  begin(credential: string, address: string): { readonly id: string; readonly caller: Caller }
  end(id: string): void
}

/** @param holderOf whoever holds a credential that the service itself gave out */
export function createSignIn(
  sessions: BrowserSessions,
  attempts: Attempts,
  holderOf: (credential: string) => Caller | undefined,
): SignIn {
  return {
    begin(credential, address) {
      const wait = attempts.waitOf(address)
      if (wait > 0) {
        throw new FacetError('too_many_attempts', `Try again in ${wait} seconds.`)
      }
      const caller = holderOf(credential)
      if (!caller) {
        attempts.failed(address)
        throw new FacetError('unauthorized', 'The credential is not valid.')
      }
      return { id: sessions.begin(caller), caller }
    },
    end: (id) => sessions.end(id),
  }
}
