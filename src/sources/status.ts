import type { EntryType } from '../rules/fields.ts'
import type { AuthorizationStatus } from './oauth/status.ts'
import type { Skipped } from './upstream/discover.ts'

/**
 * How a source is doing. `down` means that its entries are listed as last known and its calls fail
 * at once; `authorization_required` that somebody has to sign in at its authorization server first.
 * `since` says since when the state has been what it is.
 */
export interface SourceStatus {
  readonly state: 'connecting' | 'up' | 'down' | 'authorization_required' | 'disabled'
  readonly since: string
  /** Why it is down, or why the last listing failed although it is up. */
  readonly last_error: { readonly message: string; readonly at: string } | null
  readonly last_sync_at: string | null
  readonly next_attempt_at: string | null
  /** Failures in a row. */
  readonly failures: number
  readonly era: 'modern' | 'legacy' | null
  readonly protocol_version: string | null
  readonly server: { readonly name: string; readonly version: string } | null
  readonly entries: Readonly<Partial<Record<EntryType, number>>>
  readonly skipped: readonly Skipped[]
  /** Null for a source that does not sign in with OAuth. */
  readonly authorization: AuthorizationStatus | null
}

export function initialStatus(state: SourceStatus['state'], now: Date): SourceStatus {
  return {
    state,
    since: now.toISOString(),
    last_error: null,
    last_sync_at: null,
    next_attempt_at: null,
    failures: 0,
    era: null,
    protocol_version: null,
    server: null,
    entries: {},
    skipped: [],
    authorization: null,
  }
}
