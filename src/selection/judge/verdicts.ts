/** A model's judgement of one text, kept until the text, the prompt or the model changes. */
export interface Verdict {
  /** Hash of what was judged. */
  readonly hash: string
  /** Null where the model refused to judge: neither chosen nor passed over, and not asked again. */
  readonly chosen: boolean | null
  /** The model's words, as plain short text. */
  readonly reason: string | null
  readonly profile: string
  readonly model: string
  readonly at: string
}

/** Keeps verdicts by fingerprint: one prompt put to one model. */
export interface VerdictCache {
  load(fingerprint: string): Promise<readonly Verdict[]>
  /** A later verdict about the same hash replaces the earlier one. */
  save(fingerprint: string, verdicts: readonly Verdict[]): Promise<void>
}

/** Keeps what each rule last chose, so that a restart neither asks nor changes anything. */
export interface ChosenStore {
  load(rule: string): Promise<readonly string[] | undefined>
  save(rule: string, ids: readonly string[]): Promise<void>
  remove(rule: string): Promise<void>
}

/** All verdicts on one prompt by one model, and what is being asked about right now. */
export class VerdictBook {
  readonly fingerprint: string
  readonly #cache: VerdictCache
  readonly #verdicts = new Map<string, Verdict>()
  /** Questions under way, by hash: whoever wants the same answer waits for the same one. */
  readonly underway = new Map<string, Promise<unknown>>()
  readonly #listeners = new Set<() => void>()
  #changes = 0
  #turn: Promise<unknown> = Promise.resolve()
  #loading: Promise<void> | undefined

  constructor(fingerprint: string, cache: VerdictCache) {
    this.fingerprint = fingerprint
    this.#cache = cache
  }

  load(): Promise<void> {
    this.#loading ??= this.#cache.load(this.fingerprint).then((verdicts) => {
      for (const verdict of verdicts) this.#verdicts.set(verdict.hash, verdict)
      this.#changes++
    })
    this.#loading.catch(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  /** Does one thing at a time: what others began is done first. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Grows whenever there are new verdicts. */
  get changes(): number {
    return this.#changes
  }

  get(hash: string): Verdict | undefined {
    return this.#verdicts.get(hash)
  }

  async put(verdicts: readonly Verdict[]): Promise<void> {
    let reversed = false
    for (const verdict of verdicts) {
      const old = this.#verdicts.get(verdict.hash)
      if (old && old.chosen !== verdict.chosen) reversed = true
      this.#verdicts.set(verdict.hash, verdict)
    }
    this.#changes++
    if (reversed) for (const listener of this.#listeners) listener()
    await this.#cache.save(this.fingerprint, verdicts)
  }

  /** Told when a verdict was reversed. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

/** Books by fingerprint, shared by all rules that put the same prompt to the same model. */
export class VerdictBooks {
  readonly #cache: VerdictCache
  /** Held weakly: a book goes with the last rule that uses it. */
  readonly #books = new Map<string, WeakRef<VerdictBook>>()
  readonly #gone = new FinalizationRegistry<string>((fingerprint) => {
    if (!this.#books.get(fingerprint)?.deref()) this.#books.delete(fingerprint)
  })

  constructor(cache: VerdictCache) {
    this.#cache = cache
  }

  of(fingerprint: string): VerdictBook {
    const known = this.#books.get(fingerprint)?.deref()
    if (known) return known
    const book = new VerdictBook(fingerprint, this.#cache)
    this.#books.set(fingerprint, new WeakRef(book))
    this.#gone.register(book, fingerprint)
    return book
  }
}
