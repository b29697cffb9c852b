import type { Guard } from '../api/types.ts'

/** One pattern that no argument may have, as it is written; `key` tells it from the others. */
export interface DraftDeny {
  readonly key: string
  readonly pattern: string
  readonly path: string
  readonly message: string
}

/** A guard being written: the fields of every kind, so that changing the kind loses none. */
export interface GuardDraft {
  readonly id: string
  readonly kind: Guard['kind']
  readonly description: string
  readonly what: string
  readonly who: string
  readonly server: readonly string[]
  readonly status: Guard['status']
  readonly max_chars: number | null
  readonly max_bytes: number | null
  readonly deny: readonly DraftDeny[]
  readonly condition: string
  readonly message: string
  readonly limit: number | null
  readonly per_seconds: number | null
  readonly burst: number | null
  readonly per: readonly string[]
  readonly counts: string
  readonly secret: string
  readonly timeout_seconds: number | null
  readonly max_failures: number | null
  readonly lockout_seconds: number | null
}

const NEW: GuardDraft = {
  id: '',
  kind: 'arguments',
  description: '',
  what: 'true',
  who: 'true',
  server: [],
  status: 'active',
  max_chars: null,
  max_bytes: null,
  deny: [],
  condition: '',
  message: '',
  limit: 60,
  per_seconds: 60,
  burst: null,
  per: ['caller'],
  counts: 'calls',
  secret: '',
  timeout_seconds: 7_200,
  max_failures: 5,
  lockout_seconds: 900,
}

/** The fields of each kind, besides those of all. */
const OF_KIND = {
  arguments: ['max_chars', 'max_bytes', 'deny', 'condition', 'message'],
  rate: ['limit', 'per_seconds', 'burst', 'per', 'counts'],
  totp: ['secret', 'timeout_seconds', 'max_failures', 'lockout_seconds'],
} as const

let made = 0

export function newDeny(said: Omit<DraftDeny, 'key'>): DraftDeny {
  return { key: `pattern ${++made}`, ...said }
}

const isSaid = (value: unknown) =>
  value !== '' && value !== null && !(Array.isArray(value) && value.length === 0)

const said = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => isSaid(each)))

export function guardDraftOf(guard: Guard | undefined): GuardDraft {
  if (!guard) return NEW
  const known = Object.entries(guard).filter(([field]) => field in NEW)
  const blank = { limit: null, ...Object.fromEntries(known) }
  const deny = guard.kind === 'arguments' ? (guard.deny ?? []) : []
  return {
    ...NEW,
    ...blank,
    deny: deny.map(({ pattern, path = '', message = '' }) => newDeny({ pattern, path, message })),
  }
}

/** The definition a draft stands for; what is not said in it, or is of another kind, is not there. */
export function guardBody(draft: GuardDraft): Record<string, unknown> {
  const { kind, what, who, status, per, deny } = draft
  const own = Object.fromEntries(OF_KIND[kind].map((field) => [field, draft[field]]))
  return {
    ...said({ description: draft.description, server: draft.server, ...own }),
    kind,
    what,
    who,
    status,
    // No key at all is one budget for everything, and so has to be said.
    ...(kind === 'rate' ? { per } : {}),
    ...(kind === 'arguments' && deny.length > 0
      ? { deny: deny.map(({ key: _, ...rest }) => said(rest)) }
      : {}),
  }
}
