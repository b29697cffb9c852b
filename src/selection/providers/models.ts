import { LRUCache } from 'lru-cache'
import type { Secrets } from '../../sources/secrets.ts'
import { type Observer, SILENT } from '../observer.ts'
import { anthropicProvider } from './anthropic.ts'
import { Gate } from './gate.ts'
import { isolatedFetch } from './isolated-fetch.ts'
import { localProvider } from './local.ts'
import { ModelError } from './model-error.ts'
import { openaiProvider } from './openai.ts'
import type { Connection, ModelAnswer, ModelProvider, ModelRequest } from './port.ts'
import type { ModelProfile } from './profile.ts'

/** Keeps what was spent: tokens by day (UTC, `2026-11-21`) and profile. */
export interface SpendStore {
  spent(day: string): Promise<ReadonlyMap<string, number>>
  add(day: string, profile: string, tokens: number): Promise<void>
}

export interface ModelsOptions {
  readonly profiles: readonly ModelProfile[]
  readonly secrets: Pick<Secrets, 'resolve'>
  readonly spend: SpendStore
  readonly now: () => Date
  readonly observer?: Observer
  /** Pause before the one retry. */
  readonly retryMs?: number
}

const KINDS: Record<ModelProfile['kind'], (connection: Connection) => Promise<ModelProvider>> = {
  openai: openaiProvider,
  anthropic: anthropicProvider,
  local: localProvider,
}

interface Known {
  readonly profile: ModelProfile
  readonly gate: Gate
  provider: Promise<ModelProvider> | undefined
}

/** The models of the configuration, by what rules call them. */
export class Models {
  readonly #options: ModelsOptions
  readonly #known: ReadonlyMap<string, Known>
  readonly #observer: Observer
  /** What of today was spent, kept at hand; the store is asked once a day. */
  readonly #spent = new LRUCache<string, Promise<Map<string, number>>>({ max: 2 })

  constructor(options: ModelsOptions) {
    this.#options = options
    const { profiles, now, retryMs, observer = SILENT } = options
    this.#observer = observer
    this.#known = new Map(
      profiles.map((profile) => {
        const gate = new Gate({
          timeoutMs: profile.timeout_seconds * 1000,
          concurrency: profile.concurrency,
          now: () => now().getTime(),
          observe: (outcome, seconds) => observer.request(profile.kind, outcome, seconds),
          ...(retryMs === undefined ? {} : { retryMs }),
        })
        return [profile.id, { profile, gate, provider: undefined }]
      }),
    )
  }

  /** The profile of that id, else the first of that kind; without a name the first of all. */
  find(name: string | undefined): ModelProfile | undefined {
    const { profiles } = this.#options
    if (name === undefined) return profiles[0]
    return profiles.find(({ id }) => id === name) ?? profiles.find(({ kind }) => kind === name)
  }

  /** A profile and those asked in its place when it fails, in order. */
  chain(profile: ModelProfile): readonly ModelProfile[] {
    const ids = new Set([profile.id, ...profile.fallbacks])
    return [...ids].map((id) => this.#known.get(id)!.profile)
  }

  /** Tokens that may still be spent today. */
  async left({ id, max_tokens_per_day }: ModelProfile): Promise<number> {
    const spent = await this.#today()
    return Math.max(0, max_tokens_per_day - (spent.get(id) ?? 0))
  }

  /** Asks one profile. `estimate` is what the answer may cost, in tokens. @throws {ModelError} */
  async ask(
    profile: ModelProfile,
    request: ModelRequest,
    estimate: number,
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    if ((await this.left(profile)) < estimate) {
      throw new ModelError('over_budget', `The tokens of today are spent for ${profile.id}.`)
    }
    const { gate } = this.#known.get(profile.id)!
    const provider = await this.#provider(profile)
    const answer = await gate.run(signal, (limited) => provider.ask(request, limited))
    await this.#pay(profile, answer)
    return answer
  }

  /** Loads what is needed to ask; without this the first question holds everything up for 0.2 s. */
  async warm(): Promise<void> {
    await Promise.all(this.#options.profiles.map((profile) => this.#provider(profile)))
  }

  /** Forgets past failures: somebody has repaired what was wrong. */
  reset(profile: ModelProfile): void {
    for (const { id } of this.chain(profile)) this.#known.get(id)!.gate.breaker.reset()
  }

  /** The breaker of each profile. */
  states(): ReadonlyMap<string, 'closed' | 'open' | 'half_open'> {
    return new Map([...this.#known].map(([id, { gate }]) => [id, gate.breaker.state]))
  }

  #provider(profile: ModelProfile): Promise<ModelProvider> {
    const known = this.#known.get(profile.id)!
    known.provider ??= this.#connect(profile)
    return known.provider
  }

  #connect({ kind, base_url, api_key, headers, model }: ModelProfile): Promise<ModelProvider> {
    const { secrets } = this.#options
    const fetch = isolatedFetch({ baseUrl: base_url, apiKey: api_key, headers, secrets })
    return KINDS[kind]({ baseUrl: base_url, model, fetch })
  }

  async #pay({ id, kind }: ModelProfile, { usage }: ModelAnswer): Promise<void> {
    this.#observer.tokens(kind, usage)
    const tokens = usage.input + usage.output
    const spent = await this.#today()
    spent.set(id, (spent.get(id) ?? 0) + tokens)
    await this.#options.spend.add(this.#day(), id, tokens)
  }

  #day(): string {
    return this.#options.now().toISOString().slice(0, 10)
  }

  #today(): Promise<Map<string, number>> {
    const day = this.#day()
    const known = this.#spent.get(day)
    if (known) return known
    const loading = this.#options.spend.spent(day).then((spent) => new Map(spent))
    this.#spent.set(day, loading)
    loading.catch(() => this.#spent.delete(day))
    return loading
  }
}
