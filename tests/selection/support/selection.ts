import { onTestFinished } from 'vitest'
import type { EntryDocument } from '../../../src/catalog/entry.ts'
import { memoryStores, type SelectionStores } from '../../../src/selection/memory-stores.ts'
import type { Observer } from '../../../src/selection/observer.ts'
import { embeddingsProfile, modelProfiles } from '../../../src/selection/providers/profile.ts'
import { searchDocument } from '../../../src/selection/search/document.ts'
import { createSelections } from '../../../src/selection/selections.ts'
import type {
  LiveSelection,
  LlmRule,
  SelectedEntry,
  Selections,
} from '../../../src/selection/selector.ts'
import { createSecrets } from '../../../src/sources/secrets.ts'
import type { FakeModel, Wire } from './fake-model.ts'

export const WIRES = ['openai', 'anthropic', 'local'] as const
export const KEY = 'key-of-the-profile'

/** A profile that asks the fake. */
export function profile(
  fake: FakeModel,
  kind: (typeof WIRES)[number],
  more: Record<string, unknown> = {},
) {
  return {
    id: kind,
    kind,
    base_url: fake.baseUrl(kind as Wire),
    api_key: '${MODEL_KEY}',
    model: `${kind}-model`,
    chunk: 100,
    ...more,
  }
}

export interface Setup {
  readonly profiles: readonly object[]
  readonly embeddings?: object
  readonly stores?: SelectionStores
  readonly environment?: NodeJS.ProcessEnv
  readonly now?: () => Date
  readonly observer?: Observer
  readonly timing?: Parameters<typeof createSelections>[0]['timing']
}

export function selections(setup: Setup): Selections {
  const made = createSelections({
    profiles: modelProfiles.parse(setup.profiles),
    embeddings: setup.embeddings && embeddingsProfile.parse(setup.embeddings),
    secrets: createSecrets({
      declared: {},
      environment: setup.environment ?? { MODEL_KEY: KEY },
    }),
    stores: setup.stores ?? memoryStores(),
    now: setup.now ?? (() => new Date()),
    ...(setup.observer ? { observer: setup.observer } : {}),
    timing: { coalesceMs: 5, retryMs: 5, refreshAfterMs: 60_000, ...setup.timing },
  })
  onTestFinished(() => made.close())
  return made
}

export function llm(
  prompt = 'Select tools related to finance',
  more: Partial<LlmRule> = {},
): LlmRule {
  return {
    mode: 'llm',
    type: 'tool',
    effect: 'include',
    prompt,
    provider: undefined,
    always: [],
    never: [],
    ...more,
  }
}

export function entry(name: string, more: Partial<EntryDocument> = {}): EntryDocument {
  return {
    id: `tool_${more.source ?? 'github'}_${name}`,
    type: 'tool',
    name,
    description: `Does ${name}`,
    tags: [],
    source: 'github',
    federated: true,
    enabled: true,
    deprecated: false,
    owner: null,
    roles: [],
    meta: {},
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    ...more,
  }
}

/** Tools of which every tenth is about finance. */
export function tools(count: number, source = 'github'): EntryDocument[] {
  return Array.from({ length: count }, (_, i) =>
    entry(`${i % 10 === 0 ? 'invoice' : 'task'}_${i}`, { source }),
  )
}

export function index(made: Selections, documents: readonly EntryDocument[]): void {
  made.search.upsert(documents.map(searchDocument))
}

/** Names of what a rule matches, in order. */
export function names(live: LiveSelection, documents: readonly EntryDocument[]): string[] {
  return documents.flatMap(({ id, name }) => (live.matches(id) ? [name] : []))
}

const opened = new WeakMap<LiveSelection, Set<string>>()

/** Tells a rule its candidates, and remembers them for `reported`. */
export function candidates(live: LiveSelection, documents: readonly EntryDocument[]): void {
  const ids = opened.get(live) ?? new Set()
  opened.set(live, ids)
  for (const { id } of documents) ids.add(id)
  live.change({ put: documents, remove: [] })
}

/** How every candidate came to be chosen or not. */
export function reported(live: LiveSelection): SelectedEntry[] {
  return [...(opened.get(live) ?? [])].flatMap((id) => live.explain(id) ?? [])
}
