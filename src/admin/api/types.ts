import type { InferResponseType } from 'hono/client'
import type { api } from './client.ts'

type Server0 = (typeof api.dynamic)[':id']

export type Stats = InferResponseType<typeof api.stats.$get>
export type RecentChange = Stats['recent'][number]
export type Entry = InferResponseType<(typeof api.tools)[':id']['$get'], 200>
export type EntryType = Entry['type']
export type Server = InferResponseType<typeof api.dynamic.$get>['servers'][number]
export type Rule = Server['rules'][number]
export type Override = Server['overrides'][number]
export type Explanation = InferResponseType<Server0['explain']['$get']>
export type Preview = InferResponseType<Server0['preview']['$post']>
export type Source = InferResponseType<typeof api.sources.$get>['sources'][number]
export type Vocabulary = InferResponseType<typeof api.filters.vocabulary.$get>
export type User = InferResponseType<typeof api.users.$get, 200>['users'][number]
export type Key = InferResponseType<(typeof api.users)[':id']['keys']['$get'], 200>['keys'][number]
export type Policy = InferResponseType<typeof api.policies.$get>['policies'][number]
export type Guard = InferResponseType<typeof api.guards.$get>['guards'][number]
export type FacetEvent = InferResponseType<typeof api.events.$get, 200>['events'][number]
export type Decision = InferResponseType<typeof api.policies.explain.$post, 200>

export interface Impact {
  readonly servers: readonly {
    readonly server: string
    readonly gains: readonly Shown[]
    readonly loses: readonly Shown[]
    readonly changes: readonly Shown[]
    readonly counts: { readonly gains: number; readonly loses: number; readonly changes: number }
    readonly tokens: {
      readonly before: number
      readonly after: number
      readonly difference: number
    }
  }[]
  readonly unaffected: number
  readonly failed: readonly { readonly server: string; readonly code: string }[]
}

interface Shown {
  readonly id: string
  readonly type: EntryType
  readonly name: string
  readonly source: string
}

type Noun = 'tools' | 'prompts' | 'resources' | 'resource_templates'

export const NOUNS: Readonly<Record<EntryType, Noun>> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  resource_template: 'resource_templates',
}

export const TYPE_NAMES: Readonly<Record<EntryType, string>> = {
  tool: 'Tool',
  prompt: 'Prompt',
  resource: 'Resource',
  resource_template: 'Template',
}

export const ENTRY_TYPES = Object.keys(NOUNS) as readonly EntryType[]
