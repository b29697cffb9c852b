import type { Secrets } from '../../sources/secrets.ts'
import { type Observer, SILENT } from '../observer.ts'
import type { Embedder } from '../search/meanings.ts'
import { estimateTokens } from './estimate.ts'
import { Gate } from './gate.ts'
import { isolatedFetch } from './isolated-fetch.ts'
import { ModelError } from './model-error.ts'
import type { SpendStore } from './models.ts'
import { openaiClient } from './openai.ts'
import type { EmbeddingsProfile } from './profile.ts'

export interface EmbedderOptions {
  readonly profile: EmbeddingsProfile
  readonly secrets: Pick<Secrets, 'resolve'>
  readonly spend: SpendStore
  readonly now: () => Date
  readonly observer?: Observer
  readonly retryMs?: number
}

/** What spending on vectors is booked under. */
export const EMBEDDINGS = 'embeddings'

/** Vectors from any server that has `/v1/embeddings`. */
export function createEmbedder(options: EmbedderOptions): Embedder {
  const { profile, secrets, spend, now, retryMs, observer = SILENT } = options
  const { base_url, api_key, headers, model } = profile
  const gate = new Gate({
    timeoutMs: profile.timeout_seconds * 1000,
    concurrency: profile.concurrency,
    now: () => now().getTime(),
    observe: (outcome, seconds) => observer.request(EMBEDDINGS, outcome, seconds),
    ...(retryMs === undefined ? {} : { retryMs }),
  })
  const fetch = isolatedFetch({ baseUrl: base_url, apiKey: api_key, headers, secrets })
  let client: ReturnType<typeof openaiClient> | undefined
  const stop = new AbortController()

  async function embed(texts: readonly string[]): Promise<Float32Array[]> {
    client ??= openaiClient({ baseUrl: base_url, fetch })
    const { embeddings } = await client
    const day = now().toISOString().slice(0, 10)
    const estimate = estimateTokens(texts.join('\n'))
    const spent = (await spend.spent(day)).get(EMBEDDINGS) ?? 0
    if (spent + estimate > profile.max_tokens_per_day) {
      throw new ModelError('over_budget', 'The tokens of today are spent for embeddings.')
    }
    const answer = await gate.run(stop.signal, (signal) =>
      // Not every server knows the base64 that the SDK asks for by itself.
      embeddings.create({ model, input: [...texts], encoding_format: 'float' }, { signal }),
    )
    const tokens = answer.usage?.total_tokens ?? estimate
    observer.tokens(EMBEDDINGS, { input: tokens, output: 0, cached: 0 })
    await spend.add(day, EMBEDDINGS, tokens)
    const vectors = texts.map((_, i) => answer.data.find(({ index }) => index === i)?.embedding)
    return vectors.map((vector) => {
      if (vector && vector.length > 0 && vector.every(Number.isFinite))
        return new Float32Array(vector)
      throw new ModelError('unparseable', 'The server sent no vector for a text.')
    })
  }

  return { model, embed }
}
