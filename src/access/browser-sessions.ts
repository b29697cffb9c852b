import { createHash, randomBytes } from 'node:crypto'
import type { Recheck } from './authenticate.ts'
import type { Caller } from './caller.ts'

/** A session ends when nobody used it for so long, and after so long in any case; in ms. */
export const IDLE_MS = 60 * 60_000
export const ABSOLUTE_MS = 12 * 60 * 60_000

/** Beyond it the session that began first ends. */
const MAX_SESSIONS = 1_000

interface Session {
  readonly caller: Caller
  readonly began: number
  used: number
}

/**
 * Who is signed in to the admin UI. Sessions live in memory, by the digest of their id: what is
 * kept here lets nobody in, and a restart ends all of them.
 */
export class BrowserSessions {
  readonly #sessions = new Map<string, Session>()
  readonly #recheck: Recheck
  readonly #now: () => Date

  constructor(recheck: Recheck, now: () => Date) {
    this.#recheck = recheck
    this.#now = now
  }

  /** Begins a session of a caller; the id is told this once. */
  begin(caller: Caller): string {
    const now = this.#now().getTime()
    for (const [key, session] of this.#sessions) {
      if (hasEnded(session, now)) this.#sessions.delete(key)
    }
    if (this.#sessions.size >= MAX_SESSIONS) {
      this.#sessions.delete(this.#sessions.keys().next().value!)
    }
    const id = randomBytes(32).toString('base64url')
    this.#sessions.set(keyOf(id), { caller, began: now, used: now })
    return id
  }

  /** Whose session it is, as of now; undefined when it or the credential behind it has ended. */
  callerOf(id: string): Caller | undefined {
    const key = keyOf(id)
    const session = this.#sessions.get(key)
    if (!session) return undefined
    const now = this.#now().getTime()
    const caller = hasEnded(session, now) ? undefined : this.#recheck(session.caller)
    if (caller) session.used = now
    else this.#sessions.delete(key)
    return caller
  }

  end(id: string): void {
    this.#sessions.delete(keyOf(id))
  }
}

const keyOf = (id: string) => createHash('sha256').update(id).digest('base64url')

function hasEnded({ began, used }: Session, now: number): boolean {
  return now - began >= ABSOLUTE_MS || now - used >= IDLE_MS
}
