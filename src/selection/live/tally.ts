import type { EntryDocument } from '../../catalog/entry.ts'
import { itemOf } from '../judge/item.ts'
import type { VerdictBook } from '../judge/verdicts.ts'
import { inTurns } from '../pace.ts'

/** So many are counted whenever somebody asks. */
const AT_ONCE = 2_000

export interface Counts {
  /** Candidates that need an answer. */
  readonly of: number
  readonly judged: number
  readonly chosen: number
  /** Candidates that will be asked about. */
  readonly pending: number
}

export interface Counted {
  readonly entries: ReadonlyMap<string, EntryDocument>
  readonly book: VerdictBook
  readonly isNamed: (document: EntryDocument) => boolean
  readonly isOpen: (id: string) => boolean
}

/**
 * Counts the verdicts on the candidates of a rule. Of many candidates the last count is given while
 * they are counted anew: whoever asks how a rule is doing does not hold up everybody else.
 */
export class Tally {
  readonly #counted: Counted
  #counts: Counts = { of: 0, judged: 0, chosen: 0, pending: 0 }
  #changes = 0
  #seen = -1
  #counting: Promise<void> | undefined

  constructor(counted: Counted) {
    this.#counted = counted
  }

  /** Says that candidates changed, or what is open of them. */
  touch(): void {
    this.#changes++
  }

  get counts(): Counts {
    if (this.#seen !== this.#now) {
      if (this.#isLarge) void this.#refresh()
      else {
        const count = this.#count()
        for (const one of this.#counted.entries.values()) count.step(one)
        count.end()
      }
    }
    return this.#counts
  }

  /** When the next count is one of how things are now. */
  async settled(): Promise<void> {
    if (this.#isLarge) await this.#refresh()
  }

  #refresh(): Promise<void> {
    this.#counting ??= this.#slowly().finally(() => {
      this.#counting = undefined
    })
    return this.#counting
  }

  async #slowly(): Promise<void> {
    const count = this.#count()
    await inTurns(this.#counted.entries.values(), count.step)
    count.end()
  }

  get #isLarge(): boolean {
    return this.#counted.entries.size > AT_ONCE
  }

  get #now(): number {
    return this.#changes + this.#counted.book.changes
  }

  #count() {
    const { book, isNamed, isOpen } = this.#counted
    const seen = this.#now
    let [of, judged, chosen, pending] = [0, 0, 0, 0]
    return {
      step: (document: EntryDocument) => {
        if (isNamed(document)) return
        of++
        const verdict = book.get(itemOf(document).hash)?.chosen ?? null
        if (verdict) chosen++
        if (verdict !== null) judged++
        else if (isOpen(document.id)) pending++
      },
      end: () => {
        this.#seen = seen
        this.#counts = { of, judged, chosen, pending }
      },
    }
  }
}
