import type { InferResponseType } from 'hono/client'
import type { api } from './client.ts'

type Server0 = (typeof api.dynamic)[':id']

export type Stats = InferResponseType<typeof api.stats.$get>
export type RecentChange = Stats['recent'][number]
export type ServerCatalog = InferResponseType<Server0['catalog']['$get']>
export type Entry = ServerCatalog['tools'][number]
export type EntryType = Entry['type']
export type Server = InferResponseType<typeof api.dynamic.$get>['servers'][number]
export type Rule = Server['rules'][number]
export type Preview = InferResponseType<Server0['preview']['$post']>
export type Source = InferResponseType<typeof api.sources.$get>['sources'][number]
export type Vocabulary = InferResponseType<typeof api.filters.vocabulary.$get>
export type TagCount = InferResponseType<typeof api.tags.$get>['tags'][number]

export type Noun = 'tools' | 'prompts' | 'resources' | 'resource_templates'

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
