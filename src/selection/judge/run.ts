import { costOf } from '../providers/estimate.ts'
import { ModelError } from '../providers/model-error.ts'
import type { Models } from '../providers/models.ts'
import type { ModelRequest } from '../providers/port.ts'
import type { ModelProfile } from '../providers/profile.ts'
import { type Picks, readPicks } from './answer.ts'
import type { Row } from './item.ts'
import { judgeRequest } from './prompt.ts'

/** What one run over candidates took. */
export interface RunReport {
  readonly at: string
  readonly requests: number
  /** Rows that were asked about. */
  readonly asked: number
  readonly input: number
  readonly output: number
  readonly cached: number
  /** US dollars; null where a price is unknown. */
  readonly cost: number | null
  /** Picks that named nothing that was asked about. */
  readonly invalid: number
  readonly seconds: number
}

/** What is judged: an entry, or a source during triage. */
export interface Judged {
  readonly hash: string
  readonly row: Row
  readonly tokens: number
}

export interface Judgement {
  readonly chosen: boolean | null
  readonly reason: string | null
  readonly profile: string
  readonly model: string
}

/** Refusals in one run after which the prompt itself is to blame, not a row. */
const MAX_REFUSALS = 8

const REFUSED = 'The model refused to judge it.'

/** Puts chunks to a model and counts what that takes. Used for one run, then thrown away. */
export class Run {
  readonly #models: Models
  readonly #profile: ModelProfile
  readonly #prompt: string
  readonly #signal: AbortSignal
  readonly #started = performance.now()
  readonly #at: string
  readonly #sum = { requests: 0, asked: 0, input: 0, output: 0, cached: 0, invalid: 0 }
  #cost: number | null = 0
  #refusals = 0

  constructor(
    models: Models,
    profile: ModelProfile,
    prompt: string,
    options: { signal: AbortSignal; at: string },
  ) {
    this.#models = models
    this.#profile = profile
    this.#prompt = prompt
    this.#signal = options.signal
    this.#at = options.at
  }

  get report(): RunReport {
    const seconds = (performance.now() - this.#started) / 1000
    return { at: this.#at, ...this.#sum, cost: this.#cost, seconds }
  }

  /**
   * Judges the rows of one chunk. An answer that was cut off is asked for again in halves, and so
   * is one that was refused, until the row that is to blame stands alone.
   *
   * @throws {ModelError}
   */
  async judge(
    chunk: readonly Judged[],
    kind: 'entries' | 'sources' = 'entries',
  ): Promise<Map<string, Judgement>> {
    try {
      return await this.#judgeWhole(chunk, kind)
    } catch (error) {
      if (!isAboutSize(error)) throw error
      if (chunk.length === 1) return this.#refused(chunk[0]!, error as ModelError)
      const half = chunk.length >> 1
      const first = await this.judge(chunk.slice(0, half), kind)
      const second = await this.judge(chunk.slice(half), kind)
      return new Map([...first, ...second])
    }
  }

  #refused({ hash }: Judged, error: ModelError): Map<string, Judgement> {
    if (error.kind !== 'refusal' || ++this.#refusals > MAX_REFUSALS) throw error
    const { id, model } = this.#profile
    return new Map([[hash, { chosen: null, reason: REFUSED, profile: id, model }]])
  }

  async #judgeWhole(chunk: readonly Judged[], kind: 'entries' | 'sources') {
    const rows = chunk.map(({ row }) => row)
    const request = judgeRequest(this.#prompt, rows, kind)
    this.#sum.asked += chunk.length
    const { picks, profile } = await this.ask(request, (text) => {
      const read = readPicks(
        text,
        rows.map(({ n }) => n),
      )
      if (read.reasons.size === 0 && read.invalid > 0) {
        throw new ModelError('unparseable', 'The picks of the model name no row it was shown.')
      }
      return read
    })
    this.#sum.invalid += picks.invalid
    return new Map(
      chunk.map(({ hash }, i): [string, Judgement] => {
        const chosen = picks.reasons.has(i)
        const reason = picks.reasons.get(i) || null
        return [hash, { chosen, reason, profile: profile.id, model: profile.model }]
      }),
    )
  }

  /** Asks the profile, and when it fails those named in its place. @throws {ModelError} */
  async ask<T = Picks>(
    request: ModelRequest,
    read: (text: string) => T,
  ): Promise<{ picks: T; profile: ModelProfile }> {
    let first: unknown
    for (const profile of this.#models.chain(this.#profile)) {
      try {
        return { picks: await this.#askOne(profile, request, read), profile }
      } catch (error) {
        if (isAboutSize(error) || this.#signal.aborted) throw error
        first ??= error
      }
    }
    throw first
  }

  /** An answer that makes no sense is asked for once more. */
  async #askOne<T>(profile: ModelProfile, request: ModelRequest, read: (text: string) => T) {
    try {
      return read(await this.#send(profile, request))
    } catch (error) {
      if (!(error instanceof ModelError) || error.kind !== 'unparseable') throw error
      return read(await this.#send(profile, request))
    }
  }

  async #send(profile: ModelProfile, request: ModelRequest): Promise<string> {
    this.#sum.requests++
    const estimate = Math.ceil((request.system.length + request.user.length) / 4)
    const { text, usage } = await this.#models.ask(profile, request, estimate, this.#signal)
    this.#sum.input += usage.input
    this.#sum.output += usage.output
    this.#sum.cached += usage.cached
    const cost = costOf(usage, profile.prices)
    this.#cost = cost === null || this.#cost === null ? null : this.#cost + cost
    return text
  }
}

function isAboutSize(error: unknown): boolean {
  const { kind } = error as Partial<ModelError>
  return kind === 'truncated' || kind === 'context_truncated' || kind === 'refusal'
}
