import type { Caller } from '../../caller.ts'

/** Who asks, where, and in which session of an older client. */
export interface Asker {
  readonly server: string
  readonly caller: Caller
  /** No credential, and never used twice; undefined for requests that belong to no session. */
  readonly session?: string | undefined
}

/**
 * What an unlocked group is unlocked for: the session; for requests without one, the caller with
 * this credential on this server. Undefined for those who cannot be told from others.
 */
export function holderOf({ server, caller, session }: Asker): string | undefined {
  if (session !== undefined) return `session ${session}`
  const { kind, id, credential } = caller
  if (kind === 'anonymous') return undefined
  // A key is another client; tokens of one caller are renewed, and stay one.
  const key = kind === 'user' ? (credential?.id ?? null) : null
  return `caller ${JSON.stringify([kind, id, key, server])}`
}
