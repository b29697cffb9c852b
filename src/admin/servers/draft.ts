import type { EntryType, Override, Rule } from '../api/types.ts'

/** A rule being written; `key` tells it from the others while they are moved about. */
export interface DraftRule {
  readonly key: string
  readonly type: EntryType
  readonly mode: Rule['mode']
  readonly effect: Rule['effect']
  readonly filter?: string
  readonly include_federated: boolean
  readonly llm_prompt?: string
  readonly query?: string
  readonly [other: string]: unknown
}

/** An override being written, told from the others by its key too. */
export type DraftOverride = Override & { readonly key: string }

let made = 0

export const withKey = <T extends object>(value: T) => ({ ...value, key: `${++made}` })

export const withoutKey = <T extends { readonly key: string }>({ key: _, ...value }: T) => value

export const newRule = (): DraftRule =>
  withKey({
    type: 'tool',
    mode: 'rule',
    effect: 'include',
    filter: 'true',
    include_federated: true,
  })

/** A rule in another mode keeps what every mode has. */
export function inMode({ key, type, effect, include_federated }: DraftRule, mode: Rule['mode']) {
  const common = { key, type, effect, mode, include_federated }
  if (mode === 'llm') return { ...common, llm_prompt: 'Tools that ' }
  if (mode === 'semantic') return { ...common, query: 'send a message' }
  return { ...common, filter: 'true' }
}
