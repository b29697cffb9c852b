import type { GuardFailures, GuardStateStore } from '../../../store/guard-port.ts'
import type { TotpDefinition } from '../definition.ts'

type Limits = Pick<TotpDefinition, 'max_failures' | 'lockout_seconds'>

/** Wrong codes of all callers together, as a multiple of what one of them may have. */
const EVERYBODY_FACTOR = 10

/** Stands for all callers together; no caller has this id. */
const EVERYBODY = ''

interface Count {
  count: number
  at: number
}

/**
 * Wrong codes, by guard and caller and not by session: another session is no new chance. All callers
 * together have a bound too, so that many of them cannot guess for one.
 */
export class Failures {
  readonly #store: GuardStateStore
  readonly #now: () => Date
  readonly #counts = new Map<string, Map<string, Count>>()

  constructor(store: GuardStateStore, now: () => Date) {
    this.#store = store
    this.#now = now
  }

  load(rows: readonly GuardFailures[]): void {
    for (const { guard, caller, count, at } of rows) this.#of(guard).set(caller, { count, at })
  }

  /** Seconds until a caller may try again; 0 for now. */
  waitOf(guard: string, caller: string, limits: Limits): number {
    return Math.max(
      this.#wait(this.#current(guard, caller, limits), limits),
      this.#waitForAll(guard, limits),
    )
  }

  /** Counts a wrong code, at once, and answers how many more there may be. */
  async failed(guard: string, caller: string, limits: Limits): Promise<number> {
    const at = this.#now().getTime()
    const counts = this.#of(guard)
    const own = { count: (this.#current(guard, caller, limits)?.count ?? 0) + 1, at }
    const all = { count: (this.#everybody(guard, limits)?.count ?? 0) + 1, at }
    counts.set(caller, own)
    counts.set(EVERYBODY, all)
    await this.#store.putFailures([
      { guard, caller, ...own },
      { guard, caller: EVERYBODY, ...all },
    ])
    return limits.max_failures - own.count
  }

  /** A right code makes up for the wrong ones before it. */
  async succeeded(guard: string, caller: string): Promise<void> {
    if (!this.#of(guard).delete(caller)) return
    await this.#store.putFailures([{ guard, caller, count: 0, at: this.#now().getTime() }])
  }

  /** Lets a caller, or everybody, try again. */
  async forget(guard: string, caller?: string): Promise<void> {
    if (caller === undefined) this.#counts.delete(guard)
    else this.#of(guard).delete(caller)
    await this.#store.forget(guard, caller)
  }

  /** Callers with wrong codes that still count. */
  at(guard: string, limits: Limits): { caller: string; count: number; wait: number }[] {
    return [...this.#of(guard).keys()]
      .filter((caller) => caller !== EVERYBODY)
      .flatMap((caller) => {
        const found = this.#current(guard, caller, limits)
        if (!found) return []
        const wait = this.#wait(found, limits)
        return [{ caller, count: found.count, wait }]
      })
  }

  #of(guard: string): Map<string, Count> {
    let counts = this.#counts.get(guard)
    if (!counts) {
      counts = new Map()
      this.#counts.set(guard, counts)
    }
    return counts
  }

  /** Undefined when there is none, or it is as long ago as a lockout takes. */
  #current(guard: string, caller: string, { lockout_seconds }: Limits): Count | undefined {
    const found = this.#of(guard).get(caller)
    if (!found || this.#secondsSince(found) < lockout_seconds) return found
    this.#of(guard).delete(caller)
    return undefined
  }

  /** What all failed together wears off little by little: they never stop all at once. */
  #everybody(guard: string, limits: Limits): Count | undefined {
    const found = this.#of(guard).get(EVERYBODY)
    if (!found) return undefined
    const gone = Math.floor(Math.max(0, this.#secondsSince(found)) / wearOff(limits))
    return { count: Math.max(0, found.count - gone), at: found.at }
  }

  #waitForAll(guard: string, limits: Limits): number {
    const found = this.#everybody(guard, limits)
    if (!found || found.count < limits.max_failures * EVERYBODY_FACTOR) return 0
    return Math.max(1, Math.ceil(wearOff(limits) - this.#secondsSince(found)))
  }

  #wait(found: Count | undefined, { max_failures, lockout_seconds }: Limits): number {
    if (!found || found.count < max_failures) return 0
    return Math.max(1, Math.ceil(lockout_seconds - this.#secondsSince(found)))
  }

  #secondsSince({ at }: Count): number {
    return (this.#now().getTime() - at) / 1000
  }
}

/** Seconds until one wrong code of all callers together is forgotten. */
function wearOff({ max_failures, lockout_seconds }: Limits): number {
  return lockout_seconds / (max_failures * EVERYBODY_FACTOR)
}
