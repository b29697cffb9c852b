import type { Server } from '../api/types.ts'
import { type DraftOverride, type DraftRule, newRule, withKey, withoutKey } from './draft.ts'

/** A server being written: all that a version of it holds. Access is set beside it. */
export interface ServerForm {
  /** Only of a new server, where an empty one is made of the name. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly instructions: string
  readonly cache_ttl: number
  readonly naming: Server['naming']
  readonly exposure: Server['exposure']
  readonly pinned: readonly string[]
  readonly search_aliases: Server['search_aliases']
  readonly admission: Server['admission']
  readonly on_change: Server['on_change']
  readonly max_tools: number | null
  readonly max_tokens: number | null
  readonly overrides: readonly DraftOverride[]
  readonly rules: readonly DraftRule[]
}

/** What a part of the form is given. */
export interface SettingsProps {
  readonly form: ServerForm
  readonly onChange: (changes: Partial<ServerForm>) => void
}

const NEW: Omit<ServerForm, 'rules'> = {
  id: '',
  name: '',
  description: '',
  instructions: '',
  cache_ttl: 0,
  naming: 'plain',
  exposure: 'direct',
  pinned: [],
  search_aliases: [],
  admission: 'auto',
  on_change: 'hold',
  max_tools: null,
  max_tokens: null,
  overrides: [],
}

export function formOf(server: Server | undefined): ServerForm {
  if (!server) return { ...NEW, rules: [newRule()] }
  const kept = Object.keys(NEW).filter((field) => field !== 'id')
  const fields = Object.fromEntries(
    kept.map((field) => [field, server[field as keyof Server] ?? NEW[field as keyof typeof NEW]]),
  )
  return {
    ...NEW,
    ...fields,
    overrides: server.overrides.map(withKey),
    rules: server.rules.map(withKey),
  }
}

/** The definition a form stands for; texts that are empty are none. */
export function definitionOf({
  id: _,
  description,
  instructions,
  overrides,
  rules,
  ...rest
}: ServerForm) {
  return {
    ...rest,
    ...(description.trim() === '' ? {} : { description: description.trim() }),
    ...(instructions.trim() === '' ? {} : { instructions }),
    overrides: overrides.map(withoutKey),
    rules: rules.map(withoutKey),
  }
}

/** Two forms that say the same have the same text; the keys of rules and overrides are no part of it. */
export const textOf = (form: ServerForm): string => JSON.stringify([form.id, definitionOf(form)])

/** A merge patch that makes a server what the form says. */
export function patchOf(form: ServerForm) {
  return { description: null, instructions: null, ...definitionOf(form) }
}

/** The body that makes a new server. */
export function bodyOf(form: ServerForm) {
  const id = form.id.trim()
  return { ...(id === '' ? {} : { id }), ...definitionOf(form) }
}
