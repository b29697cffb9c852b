import type { GuardKind } from './definition.ts'

/** Why a call that is allowed is not run. */
export interface Refusal {
  /** Id of the guard. */
  readonly guard: string
  readonly kind: GuardKind
  readonly code: 'guard_rejected' | 'rate_limited' | 'guard_locked' | 'guard_unusable'
  /** For the caller; it holds nothing of what was sent, and no secret. */
  readonly reason: string
  /** What a program can act on: the group to unlock, or the seconds to wait. */
  readonly details?: Readonly<Record<string, string | number>>
}
