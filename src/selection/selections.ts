import type { EntryDocument } from '../catalog/entry.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { Secrets } from '../sources/secrets.ts'
import { type Item, itemsOf } from './judge/item.ts'
import { Judge, type Panel } from './judge/judge.ts'
import { toFacetError } from './live/failure.ts'
import { LlmSelection } from './live/llm-selection.ts'
import { namedBy } from './live/names.ts'
import { SemanticSelection } from './live/semantic-selection.ts'
import type { SelectionStores } from './memory-stores.ts'
import { type Observer, SILENT } from './observer.ts'
import { inTurns } from './pace.ts'
import { createEmbedder } from './providers/embeddings.ts'
import { Models } from './providers/models.ts'
import type { EmbeddingsProfile, ModelProfile } from './providers/profile.ts'
import { SearchEngine } from './search/engine.ts'
import { Meanings } from './search/meanings.ts'
import { serverOf } from './selection-key.ts'
import type { LlmRule, Question, Selections } from './selector.ts'

export interface SelectionsOptions {
  readonly profiles: readonly ModelProfile[]
  readonly embeddings?: EmbeddingsProfile | undefined
  readonly secrets: Pick<Secrets, 'resolve'>
  readonly stores: SelectionStores
  readonly now: () => Date
  readonly observer?: Observer
  readonly timing?: Partial<typeof TIMING>
}

const TIMING = {
  /** Changes that come within this time are asked about together. */
  coalesceMs: 100,
  /** Until a failed refresh is tried again, at first. */
  refreshAfterMs: 30_000,
  /** Pause before the one retry of a request. */
  retryMs: 500,
}

/** Selection by meaning as the configuration has it. Nothing is asked before a rule is opened. */
export function createSelections(options: SelectionsOptions): Selections {
  const { profiles, embeddings, secrets, stores, now, observer = SILENT } = options
  const timing = { ...TIMING, ...options.timing }
  const shared = { secrets, spend: stores.spend, now, observer, retryMs: timing.retryMs }
  const models = new Models({ profiles, ...shared })
  const meanings =
    embeddings && new Meanings(createEmbedder({ profile: embeddings, ...shared }), stores.vectors)
  const engine = new SearchEngine(meanings)
  const judge = new Judge({
    models,
    cache: stores.verdicts,
    now,
    observer,
    rank: async (question, among, limit) =>
      (await engine.search(question, { limit, among })).map(({ id }) => id),
  })
  const open = new Set<{ close(): void }>()

  function panelOf({ prompt, provider }: Question): Panel {
    const panel = judge.panel(prompt, provider)
    if (panel) return panel
    throw new FacetError('selector_not_configured', missing(provider))
  }

  function missing(provider: string | undefined): string {
    if (profiles.length === 0)
      return 'Rules of mode llm need a model: add one under models in the configuration file.'
    return `There is no model ${provider} in the configuration.`
  }

  async function judged(panel: Panel, items: readonly Item[]) {
    const { error, run } = await judge.judge(panel, items)
    if (error) throw toFacetError(error)
    return run
  }

  function openLlm(key: string, rule: LlmRule) {
    const panel = panelOf(rule)
    return new LlmSelection({
      key,
      rule,
      panel,
      judge,
      chosen: stores.chosen,
      now,
      repaired: () => models.reset(panel.profile),
      coalesceMs: timing.coalesceMs,
      retryMs: timing.refreshAfterMs,
      onProblem: (message) => observer.problem(message),
      onHeld: () => observer.held(serverOf(key)),
      onChanged: (id) => observer.changed(serverOf(key), id),
    })
  }

  const selections: Selections = {
    search: engine,
    warm: () => models.warm(),
    problemWith(rule) {
      if (rule.mode === 'semantic') return undefined
      return models.find(rule.provider) ? undefined : missing(rule.provider)
    },
    open(key, rule) {
      const live =
        rule.mode === 'llm'
          ? openLlm(key, rule)
          : new SemanticSelection({
              rule,
              engine,
              now,
              coalesceMs: timing.coalesceMs,
              retryMs: timing.refreshAfterMs,
            })
      const close = live.close.bind(live)
      open.add(live)
      live.close = () => {
        open.delete(live)
        close()
      }
      return live
    },
    async estimate(rule, candidates) {
      const panel = panelOf(rule)
      const items = await itemsOf(candidates.filter(unnamed(rule)))
      const estimate = await judge.estimate(panel, items)
      const leftToday = await models.left(panel.profile)
      const cached = items.length - estimate.entries
      return { ...estimate, candidates: candidates.length, cached, leftToday }
    },
    async ask(rule, candidates, { ask = true } = {}) {
      if (rule.mode === 'semantic') {
        const among = new Set(candidates.map(({ id }) => id))
        const hasVectors = await engine.settled()
        const { hits, meaning } = await engine.ask(rule.query, { limit: rule.k, among })
        return {
          chosen: new Set(hits.map(({ id }) => id)),
          unjudged: new Set(),
          share: { chosen: hits.length, of: among.size },
          reasons: new Map(),
          withoutMeaning: !hasVectors || meaning === 'unavailable',
          run: undefined,
        }
      }
      const panel = panelOf(rule)
      const asked = await itemsOf(candidates.filter(unnamed(rule)))
      const run = ask ? await judged(panel, asked) : undefined
      await panel.book.load()
      const chosen = new Set<string>()
      const unjudged = new Set<string>()
      const reasons = new Map<string, string>()
      await inTurns(asked, ({ id, hash }) => {
        const verdict = panel.book.get(hash)
        if (verdict?.chosen) chosen.add(id)
        else if (typeof verdict?.chosen !== 'boolean') unjudged.add(id)
        if (verdict?.reason) reasons.set(id, verdict.reason)
      })
      const share = { chosen: chosen.size, of: asked.length - unjudged.size }
      const isNever = namedBy(rule.never)
      const isAlways = namedBy(rule.always)
      for (const document of candidates) {
        if (isAlways(document) && !isNever(document)) chosen.add(document.id)
      }
      return { chosen, unjudged, share, reasons, withoutMeaning: false, run }
    },
    fingerprintOf: ({ prompt, provider }) => judge.panel(prompt, provider)?.book.fingerprint,
    forget: (key) => stores.chosen.remove(key),
    async close() {
      for (const live of [...open]) live.close()
      judge.close()
      await engine.close()
    },
  }

  return selections
}

function unnamed({ always, never }: LlmRule) {
  const isNamed = namedBy([...always, ...never])
  return (document: EntryDocument) => !isNamed(document)
}
