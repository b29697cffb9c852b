import type { EntryType } from '../../rules/fields.ts'
import type { Entry } from '../entry.ts'
import { isNamed, type Naming, shownName } from '../exposed-name.ts'
import { comparePlaces, placeOf } from '../order.ts'
import { Names } from './names.ts'
import { Order } from './order.ts'
import { Postings } from './postings.ts'
import { SlotSet } from './slot-set.ts'

/** One entry as it was and as it is; one side is absent when it came or went. */
export interface SlotChange {
  readonly slot: number
  readonly before: Entry | undefined
  readonly after: Entry | undefined
}

interface NameIndex {
  readonly nameOf: (entry: Entry) => string
  readonly names: Names
}

/**
 * The entries of one type, each in a slot: a small number it keeps for as long as it is there.
 * Sets of entries are sets of slots. What rules ask most is indexed: tags, sources, names, flags.
 */
export class TypeIndex {
  readonly #entries: (Entry | undefined)[] = []
  readonly #slots = new Map<string, number>()
  #free: number[] = []
  readonly #order = new Order((slot) => this.#entries[slot]!)
  readonly #own: NameIndex = { nameOf: ({ document }) => document.name, names: new Names() }
  readonly #nameIndexes: NameIndex[] = [this.#own]
  readonly #exposed = new Map<Naming, Names>()
  readonly tags = new Postings()
  readonly sources = new Postings()
  readonly enabled = new SlotSet()
  readonly federated = new SlotSet()
  readonly deprecated = new SlotSet()
  #list: readonly Entry[] | undefined

  constructor(type: EntryType) {
    if (isNamed(type)) {
      this.#exposed.set('plain', this.#own.names)
      return
    }
    const byUri = { nameOf: ({ record }: Entry) => record.key, names: new Names() }
    this.#nameIndexes.push(byUri)
    this.#exposed.set('plain', byUri.names).set('prefixed', byUri.names)
  }

  get size(): number {
    return this.#slots.size
  }

  at(slot: number): Entry | undefined {
    return this.#entries[slot]
  }

  slotOf(id: string): number | undefined {
    return this.#slots.get(id)
  }

  /** All entries in order. */
  list(): readonly Entry[] {
    this.#list ??= this.#order.slots.map((slot) => this.#entries[slot]!)
    return this.#list
  }

  /** Slots by the name clients see under a naming, or by URI; made when first asked for. */
  names(naming: Naming): Names {
    const known = this.#exposed.get(naming)
    if (known) return known
    const index = { nameOf: (entry: Entry) => shownName(entry, naming), names: new Names() }
    for (const [slot, entry] of this.#entries.entries()) {
      if (entry) index.names.add(index.nameOf(entry), slot)
    }
    this.#nameIndexes.push(index)
    this.#exposed.set(naming, index.names)
    return index.names
  }

  /** Slots of the entries with a name of their own, whatever servers call them. */
  named(name: string): SlotSet {
    return SlotSet.of(this.#own.names.get(name))
  }

  /** The members of a set in the order of every list; slots that are empty by now are left out. */
  inOrder(set: SlotSet): number[] {
    // Sorting a few is cheaper than going through all.
    if (set.size * 16 > this.#slots.size) {
      return this.#order.slots.filter((slot) => set.has(slot))
    }
    const ranks = this.#order.ranks()
    return set
      .toArray()
      .filter((slot) => this.#entries[slot])
      .sort((a, b) => ranks[a]! - ranks[b]!)
  }

  /** Takes over changes, and answers where each of them is. */
  apply(changes: readonly Pick<SlotChange, 'before' | 'after'>[]): SlotChange[] {
    this.#list = undefined
    const moves = changes.map(({ before, after }) => {
      const slot = this.#slots.get((before ?? after)!.record.id) ?? this.#take()
      const stays = before && after && comparePlaces(placeOf(before), placeOf(after)) === 0
      return { slot, before, after, stays }
    })
    this.#order.remove(
      new Set(moves.flatMap(({ slot, before, stays }) => (before && !stays ? [slot] : []))),
    )
    for (const move of moves) this.#replace(move)
    this.#order.insert(moves.flatMap(({ slot, after, stays }) => (after && !stays ? [slot] : [])))
    return moves
  }

  #take(): number {
    return this.#free.pop() ?? this.#entries.push(undefined) - 1
  }

  #replace({ slot, before, after }: SlotChange): void {
    if (before) this.#unlist(slot, before, after)
    this.#entries[slot] = after
    if (after) {
      this.#slots.set(after.record.id, slot)
      this.#enlist(slot, after, before)
    } else if (before) {
      this.#slots.delete(before.record.id)
      this.#free.push(slot)
    }
  }

  #unlist(slot: number, before: Entry, after: Entry | undefined): void {
    const { tags, source, enabled, federated, deprecated } = before.document
    const kept = after?.document
    for (const tag of tags) if (!kept?.tags.includes(tag)) this.tags.delete(tag, slot)
    if (kept?.source !== source) this.sources.delete(source, slot)
    if (enabled && !kept?.enabled) this.enabled.delete(slot)
    if (federated && !kept?.federated) this.federated.delete(slot)
    if (deprecated && !kept?.deprecated) this.deprecated.delete(slot)
    for (const { nameOf, names } of this.#nameIndexes) {
      const name = nameOf(before)
      if (!after || nameOf(after) !== name) names.delete(name, slot)
    }
  }

  #enlist(slot: number, after: Entry, before: Entry | undefined): void {
    const { tags, source, enabled, federated, deprecated } = after.document
    const had = before?.document
    for (const tag of tags) if (!had?.tags.includes(tag)) this.tags.add(tag, slot)
    if (had?.source !== source) this.sources.add(source, slot)
    if (enabled) this.enabled.add(slot)
    if (federated) this.federated.add(slot)
    if (deprecated) this.deprecated.add(slot)
    for (const { nameOf, names } of this.#nameIndexes) {
      const name = nameOf(after)
      if (!before || nameOf(before) !== name) names.add(name, slot)
    }
  }
}
