import type { EntryType, Rule } from '../api/types.ts'

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

let made = 0

export function newRule(): DraftRule {
  return {
    key: `rule ${++made}`,
    type: 'tool',
    mode: 'rule',
    effect: 'include',
    filter: 'true',
    include_federated: true,
  }
}

export const draftOf = (rule: Rule): DraftRule => ({ ...rule, key: `rule ${++made}` })

export const withoutKey = ({ key: _, ...rule }: DraftRule) => rule

/** A rule in another mode keeps what every mode has. */
export function inMode({ key, type, effect, include_federated }: DraftRule, mode: Rule['mode']) {
  const common = { key, type, effect, mode, include_federated }
  if (mode === 'llm') return { ...common, llm_prompt: 'Tools that ' }
  if (mode === 'semantic') return { ...common, query: 'send a message' }
  return { ...common, filter: 'true' }
}
