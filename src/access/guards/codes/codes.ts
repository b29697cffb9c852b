import { FacetError } from '../../../errors/facet-error.ts'
import type { Logger } from '../../../observability/logger.ts'
import type { Metrics } from '../../../observability/metrics.ts'
import type { Secrets } from '../../../sources/secrets.ts'
import type { GuardStateStore } from '../../../store/guard-port.ts'
import type { TotpDefinition } from '../definition.ts'
import type { Guard, Guards } from '../guards.ts'
import { Failures } from './failures.ts'
import { type Asker, holderOf } from './holder.ts'
import { readSecret, SecretError, stepOf } from './one-time-code.ts'
import { Unlocks } from './unlocks.ts'
import { UsedSteps } from './used-steps.ts'

/** A guard of kind `totp`: a group of entries that has to be unlocked. */
export type CodeGuard = Guard & { readonly definition: TotpDefinition }

export function isCodeGuard(guard: Guard): guard is CodeGuard {
  return guard.definition.kind === 'totp'
}

/** How an attempt to unlock ended. */
export type Unlocked =
  | { readonly outcome: 'unlocked' }
  | { readonly outcome: 'wrong_code'; readonly left: number }
  | { readonly outcome: 'locked_out'; readonly wait: number }
  | { readonly outcome: 'used_code' | 'unavailable' | 'no_session' }

export interface CodesOptions {
  readonly guards: Guards
  readonly store: GuardStateStore
  readonly secrets: Pick<Secrets, 'resolve'>
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'guardUnlocks'>
  readonly now: () => Date
  /** ms that never go back */
  readonly clock: () => number
}

/** Groups of entries that start locked, and the one-time codes that unlock them. */
export class Codes {
  readonly #options: CodesOptions
  readonly #failures: Failures
  readonly #used: UsedSteps
  readonly #unlocks: Unlocks

  constructor(options: CodesOptions) {
    const { store, now, clock } = options
    this.#options = options
    this.#failures = new Failures(store, now)
    this.#used = new UsedSteps(store)
    this.#unlocks = new Unlocks(clock)
    options.guards.subscribe((before, after) => {
      // A guard that is deleted forgets who failed at it, as the store does.
      if (before && !after) this.#failures.forget(before.id).catch(() => undefined)
    })
  }

  /** Takes over who failed, and which codes are used up. */
  async load(): Promise<void> {
    const { failures, steps } = await this.#options.store.load()
    this.#failures.load(failures)
    this.#used.load(steps)
  }

  /** Whether a call may pass; then the group stays unlocked for its whole time again. */
  passes(guard: CodeGuard, asker: Asker): boolean {
    if (this.secondsLeft(guard, asker) === 0) return false
    this.#unlocks.open(groupOf(guard), holderOf(asker)!, guard.definition.timeout_seconds)
    return true
  }

  /** Seconds until the group locks by itself; 0 when it is locked. */
  secondsLeft(guard: CodeGuard, asker: Asker): number {
    const holder = holderOf(asker)
    return holder === undefined ? 0 : this.#unlocks.left(groupOf(guard), holder)
  }

  /** Tries to unlock a group for whoever asks. Attempts count before anything is waited for. */
  async unlock(guard: CodeGuard, asker: Asker, code: string): Promise<Unlocked> {
    const unlocked = await this.#attempt(guard, asker, code)
    this.#options.metrics.guardUnlocks.inc({ outcome: unlocked.outcome })
    return unlocked
  }

  lock(guard: CodeGuard, asker: Asker): void {
    const holder = holderOf(asker)
    if (holder !== undefined) this.#unlocks.lock(groupOf(guard), holder)
  }

  /** Locks a group for everybody. */
  lockAll(guard: CodeGuard): void {
    this.#unlocks.lockAll(groupOf(guard))
  }

  /** Lets a caller, or everybody, try again. @throws {FacetError} `storage_failed` */
  reset({ id }: CodeGuard, caller?: string): Promise<void> {
    return this.#failures.forget(id, caller)
  }

  /** For how many a group is unlocked, and whose wrong codes count. */
  standing(guard: CodeGuard) {
    const failures = this.#failures.at(guard.id, guard.definition)
    return { unlocked: this.#unlocks.countOf(groupOf(guard)), failures }
  }

  async #attempt(guard: CodeGuard, asker: Asker, code: string): Promise<Unlocked> {
    const { id, definition } = guard
    const { caller } = asker
    const holder = holderOf(asker)
    if (holder === undefined) return { outcome: 'no_session' }
    const wait = this.#failures.waitOf(id, caller.id, definition)
    if (wait > 0) return { outcome: 'locked_out', wait }
    const secret = this.#secretOf(guard)
    if (!secret) return { outcome: 'unavailable' }
    const step = stepOf(secret, code, this.#options.now().getTime())
    if (step === undefined) {
      const left = await this.#failures.failed(id, caller.id, definition)
      if (left > 0) return { outcome: 'wrong_code', left }
      return { outcome: 'locked_out', wait: this.#failures.waitOf(id, caller.id, definition) }
    }
    if (this.#used.isUsed(definition.secret, step)) return { outcome: 'used_code' }
    // Used up before it opens anything: not even a lost write may leave it to be used again.
    await this.#used.use(definition.secret, step)
    await this.#failures.succeeded(id, caller.id)
    this.#unlocks.open(groupOf(guard), holder, definition.timeout_seconds)
    return { outcome: 'unlocked' }
  }

  /** Read anew each time, so that a secret can be changed while the service runs. */
  #secretOf({ id, definition }: CodeGuard) {
    const { secrets, logger } = this.#options
    try {
      const { secret } = secrets.resolve({ secret: definition.secret }, 'rest', { kind: 'guard' })
      return readSecret(secret!)
    } catch (error) {
      if (!(error instanceof FacetError) && !(error instanceof SecretError)) throw error
      logger.warn({ guard: id, reason: error.message }, 'the secret of a guard cannot be used')
      return undefined
    }
  }
}

/** Another group when the guard is changed: nothing that was unlocked before stays so. */
function groupOf({ id, version, createdAt }: Guard): string {
  return `${id} ${version} ${createdAt}`
}
