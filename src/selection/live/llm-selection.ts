import type { EntryDocument } from '../../catalog/entry.ts'
import { FacetError, messageOf } from '../../errors/facet-error.ts'
import { type Item, itemOf, sameContent } from '../judge/item.ts'
import type { Judge, Panel } from '../judge/judge.ts'
import type { RunReport } from '../judge/run.ts'
import type { ChosenStore } from '../judge/verdicts.ts'
import { createPace, inTurns } from '../pace.ts'
import { ModelError } from '../providers/model-error.ts'
import type {
  Candidates,
  ChangedText,
  LiveSelection,
  LlmRule,
  SelectedEntry,
  SelectionReport,
  SelectionState,
} from '../selector.ts'
import { changedText } from './changed-text.ts'
import { explain } from './explain.ts'
import { Failure } from './failure.ts'
import { type ChangeListener, Listeners } from './listeners.ts'
import { namedBy } from './names.ts'
import { type Held, Published } from './published.ts'
import { Tally } from './tally.ts'
import { Waiters } from './waiters.ts'

export interface LlmSelectionOptions {
  readonly key: string
  readonly rule: LlmRule
  readonly panel: Panel
  readonly judge: Judge
  readonly chosen: ChosenStore
  readonly now: () => Date
  /** Forgets failures of the models, before somebody asks on purpose. */
  readonly repaired: () => void
  /** Pause before a change is looked at, so that changes that come together are asked together. */
  readonly coalesceMs: number
  readonly retryMs: number
  readonly onProblem: (message: string) => void
  /** Told when an answer is held, and of chosen entries whose text changed. */
  readonly onHeld: () => void
  readonly onChanged: (id: string) => void
}

/** So many changed answers are told of together. */
const TOLD_AT_ONCE = 500

/** A rule of mode llm: the last answer is served while a newer one is worked on. */
export class LlmSelection implements LiveSelection {
  readonly #options: LlmSelectionOptions
  readonly #isAlways: (document: EntryDocument) => boolean
  readonly #isNever: (document: EntryDocument) => boolean
  readonly #entries = new Map<string, EntryDocument>()
  readonly #published: Published
  /** Candidates whose verdict, if there is one, is not published. */
  readonly #open = new Set<string>()
  /** Chosen candidates whose text changed since this process started, and what it was. */
  readonly #changed = new Map<string, ChangedText>()
  /** Candidates that the budget does not reach. */
  readonly #leftOut = new Set<string>()
  readonly #tally: Tally
  #answered = false
  #held: Held | undefined
  #run: RunReport | undefined
  readonly #failure: Failure
  readonly #listeners = new Listeners()
  readonly #waiters = new Waiters()
  readonly #unsubscribe: () => void
  #loading: Promise<void> | undefined
  #working: Promise<void> | undefined
  #again = false
  #force = false
  /** Whether everything is to be opened, because a verdict was reversed. */
  #reopen = false
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: LlmSelectionOptions) {
    this.#options = options
    this.#isAlways = namedBy(options.rule.always)
    this.#isNever = namedBy(options.rule.never)
    this.#failure = new Failure(options.retryMs)
    this.#published = new Published(options.chosen, options.key, options.onProblem)
    // Another rule with the same prompt had it judged anew, and the model changed its mind.
    this.#unsubscribe = options.panel.book.subscribe(() => {
      if (!this.#answered || this.#working) return
      this.#reopen = true
      this.#schedule(options.coalesceMs)
    })
    this.#tally = new Tally({
      entries: this.#entries,
      book: options.panel.book,
      isNamed: (document) => this.#isNamed(document),
      isOpen: (id) => this.#open.has(id),
    })
  }

  change({ put, remove, more = false }: Candidates): void {
    let changed = false
    this.#tally.touch()
    for (const id of remove) {
      changed = this.#entries.delete(id) || changed
      for (const kept of [this.#published, this.#open, this.#leftOut, this.#changed]) {
        kept.delete(id)
      }
    }
    for (const document of put) {
      const { id } = document
      const old = this.#entries.get(id)
      this.#entries.set(id, document)
      if (old && sameContent(old, document)) continue
      changed = true
      if (old && this.#published.get(id)) this.#noteChange(old, document)
      this.#leftOut.delete(id)
      if (!this.#isNamed(document)) this.#open.add(id)
      if (!old) this.#published.arrived(id)
      // What an exclude rule let pass was the entry as it used to be.
      if (this.#isExclude && this.#published.get(id) === false) this.#published.delete(id)
    }
    if (changed && !more) this.#schedule(this.#options.coalesceMs)
  }

  reset(candidates: Iterable<EntryDocument>): void {
    const put = [...candidates]
    const ids = new Set(put.map(({ id }) => id))
    this.change({ put, remove: [...this.#entries.keys()].filter((id) => !ids.has(id)) })
  }

  matches(id: string): boolean {
    const document = this.#entries.get(id)
    if (!document || this.#isNever(document)) return false
    return this.#isAlways(document) || (this.#published.get(id) ?? this.#isExclude)
  }

  matched(): Set<string> {
    return new Set([...this.#entries.keys()].filter((id) => this.matches(id)))
  }

  async ready(): Promise<void> {
    await this.#load().catch((cause) => {
      throw new FacetError('storage_failed', 'Earlier verdicts could not be read.', { cause })
    })
    if (this.#answered) return
    const { retryAt, publicError } = this.#failure
    if (publicError && !this.#working && this.#options.now().getTime() < retryAt!) {
      if (this.#isExclude) return
      throw publicError
    }
    const answer = this.#waiters.wait()
    void this.#work()
    await answer
  }

  subscribe(listener: ChangeListener): () => void {
    return this.#listeners.add(listener)
  }

  async rejudge(): Promise<void> {
    this.#options.repaired()
    this.#failure.clear()
    this.#force = true
    if (this.#working) this.#again = true
    await this.#work()
    const { facetError } = this.#failure
    if (facetError) throw facetError
  }

  async confirm(): Promise<boolean> {
    const held = this.#held
    if (!held) return false
    this.#held = undefined
    await this.#publish(held.next)
    return true
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#unsubscribe()
    this.#waiters.reject(new FacetError('selection_failed', 'The rule was closed.'))
  }

  get #isExclude(): boolean {
    return this.#options.rule.effect === 'exclude'
  }

  /** Whether a candidate still says what it said in this version of it. */
  #isCurrent(document: EntryDocument): boolean {
    const now = this.#entries.get(document.id)
    return now !== undefined && (now === document || sameContent(now, document))
  }

  #isNamed(document: EntryDocument): boolean {
    return this.#isNever(document) || this.#isAlways(document)
  }

  #openAll(): Promise<void> {
    this.#reopen = false
    this.#leftOut.clear()
    return inTurns(this.#entries.values(), (document) => {
      if (!this.#isNamed(document)) this.#open.add(document.id)
    })
  }

  #load(): Promise<void> {
    const { book } = this.#options.panel
    this.#loading ??= book.load().then(async () => {
      if (await this.#published.load(this.#entries)) this.#answered = true
    })
    this.#loading.catch(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  #schedule(afterMs: number): void {
    if (this.#closed) return
    if (this.#working) this.#again = true
    if (this.#timer || this.#working) return
    this.#timer = setTimeout(() => void this.#work(), afterMs)
    this.#timer.unref()
  }

  /** Works until nothing is left to do; never rejects. */
  #work(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#working ??= this.#untilDone()
    return this.#working
  }

  async #untilDone(): Promise<void> {
    try {
      await this.#load()
      do {
        this.#again = false
        await this.#once()
      } while (this.#again && !this.#closed)
    } catch (error) {
      this.#fail(new ModelError('connection', `The store failed: ${messageOf(error)}`))
    }
    this.#working = undefined
  }

  /** Has what is open judged; with force, all candidates. */
  async #once(): Promise<void> {
    const { judge, panel } = this.#options
    const force = this.#force
    this.#force = false
    if (force || this.#reopen) await this.#openAll()
    const items = await this.#items(this.#open)
    const outcome = await judge.judge(panel, items, {
      force,
      all: () => this.#items(this.#entries.keys()),
    })
    if (this.#closed) return
    this.#run = outcome.run ?? this.#run
    if (outcome.error) this.#fail(outcome.error)
    else this.#failure.clear()
    // Without any answer yet, part of one would pass for the whole.
    if (outcome.error && !this.#answered && !this.#isExclude) return
    await inTurns(items, ({ id, hash, document }) => {
      if (outcome.leftOut.has(hash) && this.#isCurrent(document)) this.#leftOut.add(id)
    })
    await this.#settle(await this.#verdicts())
    if (this.#closed) return
    await this.#tally.settled()
    this.#waiters.resolve()
  }

  #fail(error: ModelError): void {
    const now = this.#options.now().getTime()
    this.#failure.set(error, now)
    if (!this.#answered && !this.#isExclude) this.#waiters.reject(this.#failure.publicError!)
    else this.#waiters.resolve()
    clearTimeout(this.#timer)
    if (this.#closed) return
    this.#timer = setTimeout(() => void this.#work(), this.#failure.retryAt! - now)
    this.#timer.unref()
  }

  async #items(ids: Iterable<string>): Promise<Item[]> {
    const items: Item[] = []
    await inTurns(ids, (id) => {
      const document = this.#entries.get(id)
      if (document && !this.#isNamed(document)) items.push(itemOf(document))
    })
    return items
  }

  /** Verdicts on what is open, as it is now. */
  async #verdicts(): Promise<Map<EntryDocument, boolean>> {
    const { book } = this.#options.panel
    const verdicts = new Map<EntryDocument, boolean>()
    await inTurns(await this.#items(this.#open), ({ id, hash, document }) => {
      const verdict = book.get(hash)
      if (!this.#isCurrent(document) || (!verdict && !this.#leftOut.has(id))) return
      if (typeof verdict?.chosen === 'boolean') verdicts.set(document, verdict.chosen)
      // Refused or beyond the budget: there is nothing to wait for.
      else this.#open.delete(id)
    })
    return verdicts
  }

  /** Publishes new verdicts, unless they would take away most of what is there. */
  async #settle(next: ReadonlyMap<EntryDocument, boolean>): Promise<void> {
    const wasHeld = this.#held !== undefined
    this.#held = this.#answered ? await this.#published.objection(next) : undefined
    if (this.#held) this.#published.save()
    else await this.#publish(next)
    if (this.#held && !wasHeld) this.#options.onHeld()
  }

  #noteChange(old: EntryDocument, document: EntryDocument): void {
    const change = changedText(old, document, this.#options.now())
    if (!change) return
    this.#changed.set(document.id, change)
    this.#options.onChanged(document.id)
  }

  async #publish(next: ReadonlyMap<EntryDocument, boolean>): Promise<void> {
    const pace = createPace()
    let changed = new Set<string>()
    for (const [document, is] of next) {
      const turn = pace()
      if (turn || changed.size >= TOLD_AT_ONCE) {
        this.#listeners.tell(changed)
        changed = new Set()
      }
      if (turn) await turn
      if (this.#closed) return
      // What changed since it was judged stays open.
      if (!this.#isCurrent(document)) continue
      const { id } = document
      const before = this.matches(id)
      this.#published.set(id, is)
      this.#open.delete(id)
      if (this.matches(id) !== before) changed.add(id)
    }
    this.#answered = true
    this.#tally.touch()
    this.#published.save()
    this.#listeners.tell(changed)
  }

  get state(): SelectionState {
    if (this.#held) return 'held'
    if (this.#working) return 'refreshing'
    if (this.#failure.kind === 'over_budget') return 'over_budget'
    if (this.#failure.kind) return this.#answered ? 'stale' : 'failed'
    if (!this.#answered) return 'cold'
    if (this.#open.size > 0 || this.#reopen) return 'refreshing'
    return this.#leftOut.size > 0 ? 'over_budget' : 'fresh'
  }

  report(): SelectionReport {
    const { of, judged, chosen, pending } = this.#tally.counts
    const { problem } = this.#failure
    return {
      mode: 'llm',
      state: this.state,
      coverage: { judged, of },
      share: { chosen, of: judged },
      pending,
      ...(problem && { error: problem }),
      ...(this.#held && { held: { drops: this.#held.drops, adds: this.#held.adds } }),
      ...(this.#run && { run: this.#run }),
    }
  }

  explain(id: string): SelectedEntry | undefined {
    const document = this.#entries.get(id)
    if (!document) return undefined
    return explain({
      document,
      matched: this.matches(id),
      named: this.#isNever(document) ? 'never' : this.#isAlways(document) ? 'always' : undefined,
      verdict: this.#options.panel.book.get(itemOf(document).hash),
      isLeftOut: this.#leftOut.has(id),
      hasEarlier: this.#published.get(id) !== undefined,
      run: this.#run,
      changed: this.#changed.get(id),
    })
  }
}
