import type { EventRecord } from '../../store/event-port.ts'
import { eventOf } from './event.ts'

const MINUTE = 60_000

/** Different things counted in one minute; what comes later is counted together. */
const MOST = 2_000

/** A record that stands for several: its count grows until the minute is over. */
type Counted = { -readonly [Member in keyof EventRecord]: EventRecord[Member] }

/** Counts, minute by minute, what happens too often to be recorded one by one. */
export class Tally {
  readonly #counts = new Map<string, Counted>()
  #minute = 0
  #over: EventRecord[] = []

  /**
   * Counts one more.
   *
   * @param make called for the first of its kind in a minute
   * @returns whether it was the first
   */
  add(at: number, key: string, make: () => EventRecord, first = 1): boolean {
    const minute = Math.floor(at / MINUTE)
    if (minute !== this.#minute) this.#turn(minute)
    const known = this.#counts.get(key)
    if (known) known.count++
    else if (this.#counts.size < MOST) this.#counts.set(key, { ...make(), count: first })
    else this.#addOther(make())
    return !known && this.#counts.has(key)
  }

  /** Takes what was counted in minutes that are over, or everything. */
  take(at: number, everything = false): EventRecord[] {
    const minute = Math.floor(at / MINUTE)
    if (everything || minute !== this.#minute) this.#turn(minute)
    const taken = this.#over
    this.#over = []
    return taken
  }

  #addOther({ at, action, decision, outcome }: EventRecord): void {
    const key = `other ${action} ${decision}`
    const known = this.#counts.get(key)
    if (known) known.count++
    else this.#counts.set(key, { ...eventOf({ at, action, decision, outcome }) })
  }

  #turn(minute: number): void {
    for (const counted of this.#counts.values()) if (counted.count > 0) this.#over.push(counted)
    this.#counts.clear()
    this.#minute = minute
  }
}
