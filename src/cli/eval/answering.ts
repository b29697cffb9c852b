import type { EntryDocument } from '../../catalog/entry.ts'
import type { Preview, PreviewEntry } from '../../dynamic/preview.ts'
import { CATALOG_KEYS } from '../../dynamic/preview.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { Named } from '../../selection/evaluation/score.ts'
import { searchDocument } from '../../selection/search/document.ts'
import { SearchEngine } from '../../selection/search/engine.ts'
import type { MeaningRule, Selections } from '../../selection/selector.ts'
import type { Client } from '../client.ts'
import { type AskingEstimate, estimateOf } from '../estimate.ts'

export type Mode = 'search' | 'semantic' | 'llm'

/** Answers questions as a rule, or a search, would. */
export interface Answering {
  /** What asking a model would take; undefined when it takes nothing. */
  estimate(query: string): Promise<AskingEstimate | undefined>
  /** Best first, where there is an order. */
  answer(query: string): Promise<readonly Named[]>
  close(): Promise<void>
}

/** Entries looked at of a ranking: as deep as scores go. */
const DEPTH = 10

interface Question {
  readonly mode: Exclude<Mode, 'search'>
  readonly type: EntryType
  /** Id or kind of a model. */
  readonly provider: string | undefined
}

/** Search by words, in this process. */
export function searching(documents: readonly EntryDocument[]): Answering {
  const engine = new SearchEngine()
  engine.upsert(documents.map(searchDocument))
  const byId = new Map(documents.map((document) => [document.id, document]))
  return {
    estimate: async () => undefined,
    answer: async (query) =>
      (await engine.search(query, { limit: DEPTH })).map(({ id }) => byId.get(id)!),
    close: () => engine.close(),
  }
}

/** Asks in this process, with the models of the local configuration. */
export function askingHere(
  selections: Selections,
  documents: readonly EntryDocument[],
  { mode, type, provider }: Question,
): Answering {
  selections.search.upsert(documents.map(searchDocument))
  const byId = new Map(documents.map((document) => [document.id, document]))
  const ruleOf = (query: string): MeaningRule =>
    mode === 'semantic'
      ? { mode, type, effect: 'include', query, k: DEPTH }
      : { mode, type, effect: 'include', prompt: query, provider, always: [], never: [] }
  return {
    async estimate(query) {
      const rule = ruleOf(query)
      if (rule.mode !== 'llm') return undefined
      const { entries, requests, input, output, cost, triage } = await selections.estimate(
        rule,
        documents,
      )
      if (entries === 0) return undefined
      return { entries, requests, tokens: input + output, cost, isAboveRun: triage }
    },
    async answer(query) {
      const { chosen } = await selections.ask(ruleOf(query), documents)
      return [...chosen].map((id) => byId.get(id)!)
    },
    close: () => selections.close(),
  }
}

/** Asks the running service, by previews: its entries, models, verdicts and budgets. */
export function askingService(client: Client, { mode, type, provider }: Question): Answering {
  const preview = (query: string, ask: boolean) => {
    const asked = mode === 'semantic' ? { query, k: DEPTH } : { llm_prompt: query }
    const named = provider === undefined ? {} : { llm_provider: provider }
    const rule = { type, mode, include_federated: true, ...asked, ...named }
    return client.request<Preview>('POST', `/dynamic/preview${ask ? '?ask=true' : ''}`, [rule])
  }
  return {
    estimate: async (query) =>
      mode === 'llm' ? estimateOf(await preview(query, false)) : undefined,
    async answer(query) {
      const answer = await preview(query, mode === 'llm')
      const entries: readonly PreviewEntry[] = answer[CATALOG_KEYS[type]]
      const ranking = answer.rules[0]?.selection?.ranking
      if (!ranking) return entries
      const byId = new Map(entries.map((entry) => [entry.id, entry]))
      return ranking.flatMap((id) => byId.get(id) ?? [])
    },
    close: async () => undefined,
  }
}
