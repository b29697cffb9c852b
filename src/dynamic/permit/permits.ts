import type { Caller } from '../../access/caller.ts'
import type { Policies, Policy } from '../../access/policies/policies.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { SlotSet } from '../../catalog/index/slot-set.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { Memberships } from '../membership/memberships.ts'
import type { DynamicServer } from '../servers.ts'
import { type Grounds, GroundsFinder, partsOf, speaksOf } from './grounds.ts'
import { Ownership } from './ownership.ts'
import type { Personal } from './personal.ts'
import { PolicySet } from './policy-set.ts'

export interface PermitContext {
  readonly catalog: Catalog
  readonly policies: Policies
}

/** Told of an entry that some policy, owner or role decides differently about. */
export type PermitListener = (type: EntryType, slot: number) => void

/**
 * The stage that leaves out what a caller may not use. What each policy is about is kept as a set
 * of slots, shared by all servers and callers, so that deciding for callers never seen before is
 * set algebra and evaluates nothing.
 */
export class Permits {
  readonly finder: GroundsFinder
  readonly #catalog: Catalog
  readonly #policies: Policies
  readonly #memberships: Memberships
  readonly #ownership: Ownership
  readonly #sets = new Map<string, PolicySet>()
  readonly #listeners = new Set<PermitListener>()
  /** Which policy let callers on some grounds use an entry, so that calls need not look twice. */
  readonly #allowed = new WeakMap<Grounds, WeakMap<Entry, Policy>>()
  readonly #unsubscribe: () => void
  #changes = 0

  constructor({ catalog, policies }: PermitContext, memberships: Memberships) {
    this.#catalog = catalog
    this.#policies = policies
    this.#memberships = memberships
    this.#ownership = new Ownership(catalog)
    this.#ownership.subscribe((type, slot) => this.#tell(type, slot))
    this.finder = new GroundsFinder(policies, this.#ownership)
    this.#unsubscribe = policies.subscribe(() => this.#prune())
  }

  /**
   * Grows whenever an entry may be decided about differently than before, for anybody: what was
   * decided on some grounds at a revision is still so at the same one.
   */
  get revision(): number {
    return this.#changes + this.#ownership.revision
  }

  /** Undefined when the caller may use all of a server. @throws {FacetError} */
  groundsOf(server: DynamicServer, caller: Caller): Grounds | undefined {
    return this.finder.of(server, caller)
  }

  /** Waits for the sets that grounds are about; undefined when they are there. */
  prepare(grounds: Grounds): Promise<unknown> | undefined {
    const policies = partsOf(grounds).flatMap(({ allows, denies }) => [...allows, ...denies])
    const waiting = ENTRY_TYPES.flatMap((type) =>
      this.#setsOf(type, policies).filter(({ isReady }) => !isReady),
    )
    return waiting.length === 0 ? undefined : Promise.all(waiting.map(({ ready }) => ready))
  }

  /** Runs something, in one go, when the sets that grounds are about are there. */
  async whenReady<T>(grounds: Grounds | undefined, run: () => T): Promise<T> {
    for (;;) {
      const waiting = grounds && this.prepare(grounds)
      if (!waiting) return run()
      await waiting
    }
  }

  /** Another one whenever grounds may decide differently about entries of a type. */
  stamp(type: EntryType, { allows, denies, named, and }: Grounds): string {
    const also = and ? ` ${this.stamp(type, and)}` : ''
    const sets = this.#setsOf(type, [...allows, ...denies])
    const versions = sets.map(({ version }) => version)
    const owned = named.map((one) => this.#ownership.version(type, one))
    return `${[...versions, ...owned].join()}${also}`
  }

  /** Whether entries among some of a type may be used. The sets must be there. */
  among(
    type: EntryType,
    grounds: Grounds,
    entries: Iterable<Entry>,
    personal: Personal | undefined,
  ): (entry: Entry) => boolean {
    const index = this.#catalog.index(type)
    const members = new SlotSet()
    for (const { record } of entries) {
      const slot = index.slotOf(record.id)
      if (slot !== undefined) members.add(slot)
    }
    const permitted = this.permitted(type, grounds, members, personal)
    return ({ record }) => {
      const slot = index.slotOf(record.id)
      return slot !== undefined && permitted.has(slot)
    }
  }

  /** Those of some entries of a type that may be used. The sets must be there. */
  permitted(
    type: EntryType,
    grounds: Grounds,
    members: SlotSet,
    personal: Personal | undefined,
  ): SlotSet {
    const own = this.#permittedOn(type, grounds, members, personal)
    return grounds.and ? this.#permittedOn(type, grounds.and, own, personal) : own
  }

  #permittedOn(
    type: EntryType,
    grounds: Grounds,
    members: SlotSet,
    personal: Personal | undefined,
  ): SlotSet {
    const { caller } = grounds
    const matches = (policy: Policy, entry: Entry) =>
      caller && personal ? personal.matches(policy, entry, caller) : undefined
    const index = this.#catalog.index(type)
    const allowed = this.#allowedOf(type, grounds, members)
    const speaking = (policy: Policy) => speaksOf(policy.definition, type)
    for (const policy of grounds.allows.filter(isPersonal).filter(speaking)) {
      members.each((slot) => {
        const entry = index.at(slot)
        if (entry && matches(policy, entry) === true) allowed.add(slot)
      })
    }
    for (const { slots } of this.#setsOf(type, grounds.denies)) allowed.deleteAll(slots)
    for (const policy of grounds.denies.filter(isPersonal).filter(speaking)) {
      for (const slot of allowed.toArray()) {
        const entry = index.at(slot)
        if (!entry || matches(policy, entry) !== false) allowed.delete(slot)
      }
    }
    return allowed
  }

  /** The policy that denies an entry to a caller, as far as what is known already says. */
  deniedBy(server: DynamicServer, caller: Caller, entry: Entry): Policy | undefined {
    const { id, type } = entry.record
    const slot = this.#catalog.index(type).slotOf(id)
    const grounds = this.groundsOf(server, caller)
    return grounds?.denies.find((policy) => {
      if (!speaksOf(policy.definition, type)) return false
      if (isPersonal(policy))
        return policy.compiled!.what.evaluate(entry.document, caller) !== 'no_match'
      return slot !== undefined && this.#sets.get(keyOf(type, policy))?.slots.has(slot)
    })
  }

  /**
   * The policy that lets a caller use an entry, as far as what is known already says; undefined
   * where something else does. Of a caller that acts as an agent their own, else the agent's.
   */
  allowedBy(server: DynamicServer, caller: Caller, entry: Entry): Policy | undefined {
    const own = this.#allowing(server, caller, entry)
    return own ?? (caller.actsAs && this.#allowing(server, caller.actsAs, entry))
  }

  #allowing(server: DynamicServer, caller: Caller, { record }: Entry): Policy | undefined {
    const { grounds, opened } = this.finder.footing(server, caller)
    if (opened || !grounds || grounds.allows.length === 0) return opened
    const index = this.#catalog.index(record.type)
    const slot = index.slotOf(record.id)
    const entry = slot === undefined ? undefined : index.at(slot)
    if (slot === undefined || !entry) return undefined
    let known = this.#allowed.get(grounds)
    if (!known) {
      known = new WeakMap()
      this.#allowed.set(grounds, known)
    }
    const found =
      known.get(entry) ?? grounds.allows.find((policy) => this.#allows(policy, entry, slot, caller))
    // Another entry and other policies are other keys; what is being worked out is not kept.
    if (found && this.#memberships.isSettled) known.set(entry, found)
    return found
  }

  #allows(policy: Policy, { record, document }: Entry, slot: number, caller: Caller): boolean {
    if (!speaksOf(policy.definition, record.type)) return false
    if (isPersonal(policy)) return policy.compiled!.what.evaluate(document, caller) === 'match'
    return this.#sets.get(keyOf(record.type, policy))?.slots.has(slot) === true
  }

  subscribe(listener: PermitListener): void {
    this.#listeners.add(listener)
  }

  /** Follows nothing any more, and gives its sets back. */
  stop(): void {
    this.#unsubscribe()
    this.#ownership.stop()
    for (const [key, set] of [...this.#sets]) this.#drop(key, set)
  }

  /** A set of its own. */
  #allowedOf(type: EntryType, { isOpen, allows, named }: Grounds, members: SlotSet): SlotSet {
    if (isOpen) return members.clone()
    const sets = [
      ...this.#setsOf(type, allows).map(({ slots }) => slots),
      ...named.map((one) => this.#ownership.slots(type, one)),
    ]
    const [first, ...others] = sets.map((slots) => slots.intersect(members))
    return others.reduce((all, slots) => all.addAll(slots), first ?? new SlotSet())
  }

  #setsOf(type: EntryType, policies: readonly Policy[]): PolicySet[] {
    return policies
      .filter((policy) => !isPersonal(policy) && speaksOf(policy.definition, type))
      .map((policy) => this.#setOf(type, policy))
  }

  #setOf(type: EntryType, policy: Policy): PolicySet {
    const key = keyOf(type, policy)
    const known = this.#sets.get(key)
    if (known) return known
    const filters = this.#memberships.openSet(type, policy.compiled!.what)
    const set = new PolicySet(filters, policy.definition.effect, (of, slot) => {
      this.#changes++
      this.#tell(of, slot)
    })
    this.#sets.set(key, set)
    // A failure is not remembered: the next request tries again.
    set.ready.catch(() => this.#drop(key, set))
    return set
  }

  #drop(key: string, set: PolicySet): void {
    if (this.#sets.get(key) !== set) return
    this.#sets.delete(key)
    this.#changes++
    set.close()
    this.#memberships.closeSet(set.set)
  }

  /** Gives up the sets that no policy is about any more. */
  #prune(): void {
    const used = new Set(
      this.#policies
        .all()
        .filter(({ compiled }) => compiled)
        .flatMap((policy) => ENTRY_TYPES.map((type) => keyOf(type, policy))),
    )
    for (const [key, set] of [...this.#sets]) if (!used.has(key)) this.#drop(key, set)
  }

  #tell(type: EntryType, slot: number): void {
    for (const listener of this.#listeners) listener(type, slot)
  }
}

function isPersonal({ compiled }: Policy): boolean {
  return compiled!.isPersonal
}

function keyOf(type: EntryType, { definition, compiled }: Policy): string {
  return `${definition.effect} ${type} ${compiled!.what.language} ${compiled!.what.source}`
}
