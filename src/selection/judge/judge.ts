import { type Observer, SILENT } from '../observer.ts'
import { inTurns } from '../pace.ts'
import { ModelError, toModelError } from '../providers/model-error.ts'
import type { Models } from '../providers/models.ts'
import type { ModelProfile } from '../providers/profile.ts'
import type { Item } from './item.ts'
import { type Chunk, type Estimate, estimatePlan, planChunks } from './plan.ts'
import { fingerprintOf, normalPrompt, requestOverhead } from './prompt.ts'
import { Run, type RunReport } from './run.ts'
import { type Rank, triage } from './triage.ts'
import { type Verdict, type VerdictBook, VerdictBooks, type VerdictCache } from './verdicts.ts'

export interface JudgeOptions {
  readonly models: Models
  readonly cache: VerdictCache
  readonly now: () => Date
  readonly rank?: Rank
  readonly observer?: Observer
}

/** A prompt put to a model, with all verdicts on it. */
export interface Panel {
  readonly prompt: string
  readonly profile: ModelProfile
  readonly book: VerdictBook
}

/** How judging ended. Verdicts that were reached are in the book, also where others were not. */
export interface Outcome {
  readonly error: ModelError | undefined
  /** Hashes that were not asked about, because the budget of one run does not reach so far. */
  readonly leftOut: ReadonlySet<string>
  readonly run: RunReport | undefined
}

type AllItems = () => Promise<readonly Item[]>

export interface JudgeCall {
  /** Whether to ask about what has a verdict, too. */
  readonly force?: boolean
  /** All candidates of the rule, when `items` are only those that changed; for triage. */
  readonly all?: AllItems
}

/**
 * Has candidates judged by a model, each once: a text that was judged is not asked about again,
 * and whoever wants a verdict that is being asked for waits for that one.
 */
export class Judge {
  readonly #options: JudgeOptions
  readonly #observer: Observer
  readonly #books: VerdictBooks
  readonly #closing = new AbortController()

  constructor(options: JudgeOptions) {
    this.#options = options
    this.#observer = options.observer ?? SILENT
    this.#books = new VerdictBooks(options.cache)
  }

  /** Undefined when no such model is configured. */
  panel(prompt: string, provider: string | undefined): Panel | undefined {
    const profile = this.#options.models.find(provider)
    if (!profile) return undefined
    const book = this.#books.of(fingerprintOf(prompt, profile))
    return { prompt: normalPrompt(prompt), profile, book }
  }

  /** Whether the whole of what is missing would be asked about, and what that would take. */
  async estimate(panel: Panel, items: readonly Item[]): Promise<Estimate & { triage: boolean }> {
    await panel.book.load()
    const missing: Item[] = []
    await inTurns(items, (item) => {
      if (!panel.book.get(item.hash)) missing.push(item)
    })
    const estimate = this.#estimate(panel, await this.#plan(panel, missing))
    return { ...estimate, triage: isAbove(estimate, panel.profile.max_tokens_per_run) }
  }

  /** Judges what has no verdict yet; with `force` everything. Never throws for a model's sake. */
  async judge(
    panel: Panel,
    items: readonly Item[],
    { force = false, all = async () => items }: JudgeCall = {},
  ): Promise<Outcome> {
    const { book } = panel
    await book.load()
    const running = Promise.withResolvers<Outcome>()
    const runs = new Set<Promise<Outcome>>()
    const own = new Map<string, Item>()
    let [hits, shared] = [0, 0]
    // One after the other: what one run asks about, another does not.
    await book.inTurn(() =>
      inTurns(uniqueByHash(items), (item) => {
        const { hash } = item
        const underway = book.underway.get(hash) as Promise<Outcome> | undefined
        if (!force && book.get(hash)) hits++
        else if (underway) {
          shared++
          runs.add(underway)
        } else {
          own.set(hash, item)
          book.underway.set(hash, running.promise)
        }
      }),
    )
    this.#observer.cache('hit', hits)
    this.#observer.cache('shared', shared)
    this.#observer.cache('miss', own.size)
    if (own.size > 0) {
      runs.add(running.promise)
      const run = this.#run(panel, [...own.values()], all).finally(() => {
        for (const hash of own.keys()) book.underway.delete(hash)
      })
      running.resolve(run)
    }
    return merge(await Promise.all(runs))
  }

  close(): void {
    this.#closing.abort()
  }

  async #run(panel: Panel, own: readonly Item[], all: AllItems): Promise<Outcome> {
    const { models, now } = this.#options
    const { profile, prompt } = panel
    const deadline = AbortSignal.timeout(profile.deadline_seconds * 1000)
    const signal = AbortSignal.any([deadline, this.#closing.signal])
    const run = new Run(models, profile, prompt, { signal, at: now().toISOString() })
    let leftOut: ReadonlySet<string> = new Set()
    let error: ModelError | undefined
    try {
      const admitted = await this.#withinBudget(panel, run, own, all)
      leftOut = admitted.leftOut
      await this.#askAll(panel, run, admitted.chunks)
    } catch (thrown) {
      error = toModelError(thrown)
    }
    const { report } = run
    if (report.invalid > 0) this.#observer.invalidPicks(profile.kind, report.invalid)
    this.#observer.run('llm', error?.kind ?? 'ok', report.seconds)
    return { error, leftOut, run: report.requests > 0 ? report : undefined }
  }

  /** @throws {ModelError} `over_budget` before anything is asked about entries. */
  async #withinBudget(panel: Panel, run: Run, own: readonly Item[], all: AllItems) {
    const { models, rank } = this.#options
    const { profile, book, prompt } = panel
    const budget = profile.max_tokens_per_run
    let leftOut: ReadonlySet<string> = new Set()
    let chunks = await this.#plan(panel, own)
    if (isAbove(this.#estimate(panel, chunks), budget)) {
      const allowed = await triage(await all(), {
        run,
        budget,
        overhead: requestOverhead(prompt),
        prompt,
        rank,
        known: (hash) => book.get(hash),
        keep: (verdicts) => this.#keep(book, verdicts),
      })
      leftOut = new Set(own.flatMap(({ hash }) => (allowed.has(hash) ? [] : hash)))
      chunks = await this.#plan(
        panel,
        own.filter(({ hash }) => allowed.has(hash)),
      )
    }
    const estimate = this.#estimate(panel, chunks)
    // What the model itself may not take today, one of its fallbacks may.
    const left = Math.max(
      ...(await Promise.all(models.chain(profile).map((one) => models.left(one)))),
    )
    if (isAbove(estimate, left)) {
      const needed = estimate.input + estimate.output
      throw new ModelError(
        'over_budget',
        `About ${needed} tokens are needed; ${left} are left for today.`,
      )
    }
    return { chunks, leftOut }
  }

  /** Chunks in turn, several at a time; after a failure no further one is begun. */
  async #askAll({ book, profile }: Panel, run: Run, chunks: readonly Chunk[]): Promise<void> {
    let next = 0
    let failure: { error: unknown } | undefined
    const work = async () => {
      while (!failure && next < chunks.length) {
        try {
          const judged = await run.judge(chunks[next++]!)
          await this.#keep(
            book,
            [...judged].map(([hash, judgement]) => ({ hash, ...judgement })),
          )
        } catch (error) {
          failure ??= { error }
        }
      }
    }
    await Promise.all(Array.from({ length: profile.concurrency }, work))
    if (failure) throw failure.error
  }

  /** A verdict that cannot be stored still counts until the process ends. */
  async #keep(book: VerdictBook, verdicts: readonly Omit<Verdict, 'at'>[]): Promise<void> {
    const at = this.#options.now().toISOString()
    try {
      await book.put(verdicts.map((verdict) => ({ ...verdict, at })))
    } catch {
      this.#observer.problem(
        'Verdicts of a model could not be stored; they will be asked for again.',
      )
    }
  }

  #plan({ profile }: Panel, items: readonly Item[]): Promise<Chunk[]> {
    return planChunks(items, { chunk: profile.chunk })
  }

  #estimate({ prompt, profile }: Panel, chunks: readonly Chunk[]): Estimate {
    return estimatePlan(prompt, chunks, profile.prices)
  }
}

/** One item for each text that is to be judged. */
function* uniqueByHash(items: readonly Item[]): Iterable<Item> {
  const seen = new Set<string>()
  for (const item of items) {
    if (seen.has(item.hash)) continue
    seen.add(item.hash)
    yield item
  }
}

function isAbove({ input, output }: Estimate, tokens: number): boolean {
  return input + output > tokens
}

function merge(outcomes: readonly Outcome[]): Outcome {
  return {
    error: outcomes.find(({ error }) => error)?.error,
    leftOut: new Set(outcomes.flatMap(({ leftOut }) => [...leftOut])),
    run: outcomes.find(({ run }) => run)?.run,
  }
}
