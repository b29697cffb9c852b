import { createHash } from 'node:crypto'
import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
} from '@modelcontextprotocol/client'

/** An administrator was asked to sign in, and has not come back yet. */
export interface Pending {
  readonly source: string
  readonly url: string
  readonly scope: string | undefined
  /** What is wanted beyond the tokens there are; undefined when there are none that work. */
  readonly more: string | undefined
  readonly codeVerifier: string
  /** Where the code has to come from, and nowhere else. */
  readonly discovery: OAuthDiscoveryState
  /** Who asked, for a client that is not of the configuration. */
  readonly client: StoredOAuthClientInformation | undefined
  readonly expiresAt: Date
}

/** Of one source: an address that was shown stays good for a while after the next one is. */
const PER_SOURCE = 3

/**
 * Sign-ins under way, by the `state` that the browser brings back. A state is good once, until it
 * expires, and for the source it was made for; only its digest is held. Nothing of it outlives the
 * process: after a restart a new address is shown.
 */
export class PendingSignIns {
  readonly #byState = new Map<string, Pending>()
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  add(state: string, pending: Pending): void {
    const own = [...this.#byState].filter(([, { source }]) => source === pending.source)
    for (const [key] of own.slice(0, Math.max(0, own.length - PER_SOURCE + 1))) {
      this.#byState.delete(key)
    }
    this.#byState.set(digest(state), pending)
  }

  /** Takes a sign-in out: undefined for a state that was never given, was used, or expired. */
  take(state: string): Pending | undefined {
    const key = digest(state)
    const pending = this.#byState.get(key)
    this.#byState.delete(key)
    return pending && pending.expiresAt > this.#now() ? pending : undefined
  }

  /** The sign-ins of a source are over: it has its tokens, is another source now, or is gone. */
  forget(source: string): void {
    for (const [key, pending] of this.#byState) {
      if (pending.source === source) this.#byState.delete(key)
    }
  }
}

function digest(state: string): string {
  return createHash('sha256').update(state).digest('base64url')
}
