import type { StaticType } from './ir.ts'

/** Entry types, in the order lists and counts use. */
export const ENTRY_TYPES = ['tool', 'prompt', 'resource', 'resource_template'] as const
export type EntryType = (typeof ENTRY_TYPES)[number]

interface Field {
  readonly type: StaticType
  /** Entry types that can have the field; absent means all of them. */
  readonly of?: readonly EntryType[]
}

/** The entry document a filter sees: every top-level field, its type and whose it is. */
export const FIELDS: Readonly<Record<string, Field>> = Object.freeze({
  id: { type: 'string' },
  type: { type: 'string' },
  name: { type: 'string' },
  title: { type: 'string' },
  description: { type: 'string' },
  tags: { type: 'array' },
  source: { type: 'string' },
  federated: { type: 'boolean' },
  enabled: { type: 'boolean' },
  deprecated: { type: 'boolean' },
  owner: { type: 'string' },
  roles: { type: 'array' },
  inputSchema: { type: 'object', of: ['tool'] },
  outputSchema: { type: 'object', of: ['tool'] },
  annotations: { type: 'object', of: ['tool', 'resource', 'resource_template'] },
  arguments: { type: 'array', of: ['prompt'] },
  uri: { type: 'string', of: ['resource'] },
  uriTemplate: { type: 'string', of: ['resource_template'] },
  mimeType: { type: 'string', of: ['resource', 'resource_template'] },
  meta: { type: 'object' },
  created_at: { type: 'string' },
  updated_at: { type: 'string' },
})

/** Fields of the caller, for filters that may look at who asks (policies and narrowing). */
export const CALLER_FIELDS: Readonly<Record<string, StaticType>> = Object.freeze({
  id: 'string',
  kind: 'string',
  roles: 'array',
  groups: 'array',
  attributes: 'object',
  agent: 'string',
})

/** What an expression over a call can look at, besides the caller. */
export const CALL_FIELDS: Readonly<Record<string, StaticType>> = Object.freeze({
  arguments: 'object',
  entry: 'object',
})
