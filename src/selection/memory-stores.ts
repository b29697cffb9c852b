import type { ChosenStore, Verdict, VerdictCache } from './judge/verdicts.ts'
import type { SpendStore } from './providers/models.ts'
import type { VectorCache } from './search/meanings.ts'

/** Everything selection keeps. */
export interface SelectionStores {
  readonly verdicts: VerdictCache
  readonly chosen: ChosenStore
  readonly vectors: VectorCache
  readonly spend: SpendStore
}

/** Stores that last as long as the process. */
export function memoryStores(): SelectionStores {
  const verdicts = new Map<string, Map<string, Verdict>>()
  const chosen = new Map<string, readonly string[]>()
  const vectors = new Map<string, Float32Array>()
  const spend = new Map<string, Map<string, number>>()
  return {
    verdicts: {
      load: async (fingerprint) => [...(verdicts.get(fingerprint)?.values() ?? [])],
      async save(fingerprint, added) {
        const own = verdicts.get(fingerprint) ?? new Map<string, Verdict>()
        verdicts.set(fingerprint, own)
        for (const verdict of added) own.set(verdict.hash, verdict)
      },
    },
    chosen: {
      load: async (rule) => chosen.get(rule),
      save: async (rule, ids) => void chosen.set(rule, ids),
      remove: async (rule) => void chosen.delete(rule),
    },
    vectors: {
      async load(model, hashes) {
        const known = hashes.flatMap((hash) => {
          const vector = vectors.get(`${model}\0${hash}`)
          return vector ? [[hash, vector] as const] : []
        })
        return new Map(known)
      },
      async save(model, added) {
        for (const [hash, vector] of added) vectors.set(`${model}\0${hash}`, vector)
      },
    },
    spend: {
      spent: async (day) => spend.get(day) ?? new Map(),
      async add(day, profile, tokens) {
        const own = spend.get(day) ?? new Map<string, number>()
        spend.set(day, own.set(profile, (own.get(profile) ?? 0) + tokens))
      },
    },
  }
}
