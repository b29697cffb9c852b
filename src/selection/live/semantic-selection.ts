import type { EntryDocument } from '../../catalog/entry.ts'
import { FacetError, messageOf } from '../../errors/facet-error.ts'
import { ModelError } from '../providers/model-error.ts'
import type { SearchEngine } from '../search/engine.ts'
import type {
  Candidates,
  LiveSelection,
  SelectedEntry,
  SelectionReport,
  SelectionState,
  SemanticRule,
} from '../selector.ts'
import { Failure } from './failure.ts'
import { type ChangeListener, Listeners } from './listeners.ts'
import { Waiters } from './waiters.ts'

export interface SemanticSelectionOptions {
  readonly rule: SemanticRule
  readonly engine: SearchEngine
  readonly now: () => Date
  readonly coalesceMs: number
  readonly retryMs: number
}

/** A rule of mode semantic: the best candidates, ranked anew whenever the catalog changes. */
export class SemanticSelection implements LiveSelection {
  readonly #options: SemanticSelectionOptions
  readonly #entries = new Map<string, EntryDocument>()
  /** Places of the chosen ones, from 1. */
  #ranks: ReadonlyMap<string, number> = new Map()
  /** Candidates the present ranking is about. */
  #ranked: ReadonlySet<string> = new Set()
  #answered = false
  readonly #failure: Failure
  readonly #listeners = new Listeners()
  readonly #waiters = new Waiters()
  readonly #unsubscribe: () => void
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> | undefined
  #again = false
  #closed = false

  constructor(options: SemanticSelectionOptions) {
    this.#options = options
    this.#failure = new Failure(options.retryMs)
    this.#unsubscribe = options.engine.subscribe(() => {
      if (this.#answered) this.#schedule(options.coalesceMs)
    })
  }

  change({ put, remove }: Candidates): void {
    for (const id of remove) this.#entries.delete(id)
    for (const document of put) this.#entries.set(document.id, document)
    this.#schedule(this.#options.coalesceMs)
  }

  reset(candidates: Iterable<EntryDocument>): void {
    const put = [...candidates]
    const ids = new Set(put.map(({ id }) => id))
    this.change({ put, remove: [...this.#entries.keys()].filter((id) => !ids.has(id)) })
  }

  matches(id: string): boolean {
    if (!this.#entries.has(id)) return false
    if (this.#ranks.has(id)) return true
    return this.#options.rule.effect === 'exclude' && !this.#ranked.has(id)
  }

  matched(): Set<string> {
    return new Set([...this.#entries.keys()].filter((id) => this.matches(id)))
  }

  async ready(): Promise<void> {
    if (this.#answered) return
    const answer = this.#waiters.wait()
    void this.#work()
    await answer
  }

  subscribe(listener: ChangeListener): () => void {
    return this.#listeners.add(listener)
  }

  async rejudge(): Promise<void> {
    if (this.#working) this.#again = true
    await this.#work()
  }

  async confirm(): Promise<boolean> {
    return false
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#unsubscribe()
    this.#waiters.reject(new FacetError('selection_failed', 'The rule was closed.'))
  }

  #schedule(afterMs: number): void {
    if (this.#closed) return
    if (this.#working) this.#again = true
    if (this.#timer || this.#working) return
    this.#timer = setTimeout(() => void this.#work(), afterMs)
    this.#timer.unref()
  }

  #work(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#working ??= this.#untilDone()
    return this.#working
  }

  async #untilDone(): Promise<void> {
    try {
      do {
        this.#again = false
        await this.#once()
      } while (this.#again && !this.#closed)
    } catch (error) {
      this.#fail(messageOf(error))
      if (!this.#answered) this.#waiters.reject(this.#failure.publicError!)
    }
    this.#working = undefined
  }

  async #once(): Promise<void> {
    const { engine, rule } = this.#options
    const among = new Set(this.#entries.keys())
    const hasVectors = await engine.settled()
    const { hits, meaning } = await engine.ask(rule.query, { limit: rule.k, among })
    if (this.#closed) return
    const isWhole = hasVectors && meaning !== 'unavailable'
    if (isWhole) this.#failure.clear()
    else this.#fail('The model for embeddings could not be asked.')
    // Words alone would rank otherwise: that a model is down must not change what is published.
    if (!isWhole && this.#answered) return
    const before = this.matched()
    this.#ranks = new Map(hits.map(({ id }, i) => [id, i + 1]))
    this.#ranked = among
    this.#answered = true
    this.#waiters.resolve()
    this.#listeners.tell(before.symmetricDifference(this.matched()))
  }

  #fail(message: string): void {
    const now = this.#options.now().getTime()
    this.#failure.set(new ModelError('connection', message), now)
    clearTimeout(this.#timer)
    if (this.#closed) return
    this.#timer = setTimeout(() => void this.#work(), this.#failure.retryAt! - now)
    this.#timer.unref()
  }

  get state(): SelectionState {
    if (this.#working) return 'refreshing'
    if (this.#failure.kind) return this.#answered ? 'stale' : 'failed'
    return this.#answered ? 'fresh' : 'cold'
  }

  report(): SelectionReport {
    const all = [...this.#entries.keys()]
    const judged = all.filter((id) => this.#ranked.has(id)).length
    const { problem } = this.#failure
    return {
      mode: 'semantic',
      state: this.state,
      coverage: { judged, of: all.length },
      share: { chosen: all.filter((id) => this.#ranks.has(id)).length, of: judged },
      pending: all.length - judged,
      ...(problem && { error: problem }),
    }
  }

  explain(id: string): SelectedEntry | undefined {
    if (!this.#entries.has(id)) return undefined
    const matched = this.matches(id)
    if (!this.#ranked.has(id)) return { id, matched, by: 'unjudged' }
    const rank = this.#ranks.get(id)
    return { id, matched, by: 'rank', ...(rank !== undefined && { rank }) }
  }
}
