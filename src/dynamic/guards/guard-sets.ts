import type { Guard, Guards } from '../../access/guards/guards.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { Memberships } from '../membership/memberships.ts'
import { PolicySet } from '../permit/policy-set.ts'

/** Told of an entry that comes to stand behind a guard, or does not any more. */
export type GuardedListener = (type: EntryType, slot: number) => void

/**
 * Which entries stand behind which guards. What each guard is about is kept as a set of slots, as
 * for policies, so that a call costs a look into it. What a filter cannot decide stands behind it.
 */
export class GuardSets {
  readonly #catalog: Catalog
  readonly #guards: Guards
  readonly #memberships: Memberships
  readonly #sets = new Map<string, PolicySet>()
  readonly #listeners = new Set<GuardedListener>()
  readonly #unsubscribe: () => void

  constructor(catalog: Catalog, guards: Guards, memberships: Memberships) {
    this.#catalog = catalog
    this.#guards = guards
    this.#memberships = memberships
    this.#unsubscribe = guards.subscribe(() => this.#prune())
  }

  /** Waits for what guards are about of a type; undefined when it is there. */
  prepare(type: EntryType, guards: readonly Guard[]): Promise<unknown> | undefined {
    if (!this.#memberships.isSettled) return this.#memberships.settled()
    const waiting = guards
      .filter(({ compiled }) => compiled)
      .map((guard) => this.#setOf(type, guard))
      .filter(({ isReady }) => !isReady)
    return waiting.length === 0 ? undefined : Promise.all(waiting.map(({ ready }) => ready))
  }

  /** Another one whenever a guard, or what stands behind it, may be another. */
  stamp(guard: Guard): string {
    const sets = ENTRY_TYPES.map((type) => this.#setOf(type, guard).version)
    return [guard.id, guard.version, ...sets].join(' ')
  }

  /** Whether an entry stands behind a guard; so it does while that is not worked out. */
  isBehind(guard: Guard, { record: { id, type } }: Entry): boolean {
    if (!guard.compiled) return true
    const slot = this.#catalog.index(type).slotOf(id)
    // What the catalog does not have any more cannot be looked up.
    if (slot === undefined) return true
    const set = this.#setOf(type, guard)
    return !set.isReady || set.slots.has(slot)
  }

  subscribe(listener: GuardedListener): void {
    this.#listeners.add(listener)
  }

  stop(): void {
    this.#unsubscribe()
  }

  #setOf(type: EntryType, guard: Guard): PolicySet {
    const key = keyOf(type, guard)
    const known = this.#sets.get(key)
    if (known) return known
    const filters = this.#memberships.openSet(type, guard.compiled!.what)
    const set = new PolicySet(filters, 'deny', (of, slot) => this.#tell(of, slot))
    this.#sets.set(key, set)
    // A failure is not remembered: the next call tries again.
    set.ready.catch(() => this.#drop(key, set))
    return set
  }

  #drop(key: string, set: PolicySet): void {
    if (this.#sets.get(key) !== set) return
    this.#sets.delete(key)
    set.close()
    this.#memberships.closeSet(set.set)
  }

  /** Gives up the sets that no guard is about any more. */
  #prune(): void {
    const used = new Set(
      this.#guards.active
        .filter(({ compiled }) => compiled)
        .flatMap((guard) => ENTRY_TYPES.map((type) => keyOf(type, guard))),
    )
    for (const [key, set] of [...this.#sets]) if (!used.has(key)) this.#drop(key, set)
  }

  #tell(type: EntryType, slot: number): void {
    for (const listener of this.#listeners) listener(type, slot)
  }
}

function keyOf(type: EntryType, { compiled }: Guard): string {
  return `${type} ${compiled!.what.language} ${compiled!.what.source}`
}
