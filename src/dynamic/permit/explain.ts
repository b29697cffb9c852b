import type { Caller } from '../../access/caller.ts'
import { maySee, owns } from '../../access/policies/grants.ts'
import { concerns, type Policies, type Policy } from '../../access/policies/policies.ts'
import { isMet, isUnbound } from '../../access/policies/standing.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import {
  type Clause,
  presentClause,
  type TraceBudget,
  traceBudget,
  traceFilter,
} from '../../rules/explain/trace.ts'
import { admits, type Filter } from '../../rules/filter.ts'
import { isOpenTo, type Subjected, speaksOf } from './grounds.ts'
import type { Permits } from './permits.ts'
import { Personal } from './personal.ts'

/** What lets a caller use an entry, or keeps them from it. */
export type Ground =
  | 'unbound'
  | 'denied'
  | 'open'
  | 'server_grant'
  | 'entry_grant'
  | 'allowed'
  | 'not_allowed'

/** One policy about the server and the type of entry, and what it says of this caller and entry. */
export interface ExplainedPolicy {
  readonly id: string
  readonly effect: 'allow' | 'deny'
  /** Whether `who` counts as met, and `what` as matched: undecided ones deny and do not allow. */
  readonly who: { readonly met: boolean; readonly clause: Clause }
  readonly what: { readonly met: boolean; readonly clause: Clause }
  readonly applies: boolean
}

export interface ExplainedPermit {
  readonly permitted: boolean
  readonly ground: Ground
  readonly text: string
  readonly policies: readonly ExplainedPolicy[]
  /** Of a denial without a deny: the allow that is met by most of its two halves. */
  readonly nearest: {
    readonly policy: string
    readonly missing: readonly ('who' | 'what')[]
  } | null
}

const TEXTS: Readonly<Record<Ground, string>> = {
  unbound: 'Administrators and the local user are not held by policies.',
  denied: 'A deny matches; it outranks everything that allows.',
  open: 'The server is open, and no policy denies this.',
  server_grant: 'The owner, the roles or the shares of the server let the caller in.',
  entry_grant: 'The caller owns the entry, or has one of its roles.',
  allowed: 'An allow matches, and no deny.',
  not_allowed: 'No allow matches, and nothing else lets the caller in.',
}

export interface PermitQuestion {
  readonly server: Subjected
  readonly caller: Caller
  readonly entry: Entry
}

/**
 * Whether a caller may use an entry where the server selects it, and what each policy says of that.
 * The decision is that of the lists; the reasons are worked out beside it.
 *
 * @throws {FacetError} `policy_unusable`, or why a policy cannot be evaluated.
 */
export async function explainPermit(
  { catalog, policies, permits }: { catalog: Catalog; policies: Policies; permits: Permits },
  question: PermitQuestion,
): Promise<ExplainedPermit> {
  const { server, caller, entry } = question
  const { type } = entry.record
  const budget = traceBudget()
  const explained = policies
    .all()
    .filter((policy) => concerns(policy, server.id) && speaksOf(policy.definition, type))
    .map((policy) => explainPolicy(policy, caller, entry, budget))
  const permitted = await decide(catalog, permits, question)
  const ground = groundOf(question, explained)
  const isOut = ground === 'not_allowed'
  const text = TEXTS[ground]
  return {
    permitted,
    ground,
    text,
    policies: explained,
    nearest: isOut ? nearest(explained) : null,
  }
}

function explainPolicy(policy: Policy, caller: Caller, entry: Entry, budget: TraceBudget) {
  const { effect } = policy.definition
  // Throws for a policy that cannot be used, as every decision does.
  const met = isMet(policy, caller)
  const { who, what } = policy.compiled!
  const counts = effect === 'allow' ? 'include' : 'exclude'
  const matched = admits(what.evaluate(entry.document, caller), counts)
  const shown = (filter: Filter, document: object) =>
    presentClause(traceFilter(filter, document, budget, caller), filter, document, caller)
  return {
    id: policy.id,
    effect,
    who: { met, clause: shown(who, {}) },
    what: { met: matched, clause: shown(what, entry.document) },
    applies: met && matched,
  }
}

/** By the very sets that lists are made with. */
async function decide(
  catalog: Catalog,
  permits: Permits,
  { server, caller, entry }: PermitQuestion,
): Promise<boolean> {
  const grounds = permits.finder.fresh(server, caller)
  if (!grounds) return true
  const { id, type } = entry.record
  const personal = Personal.on(grounds)
  return permits.whenReady(grounds, () => {
    const current = catalog.get(id)
    return current !== undefined && permits.among(type, grounds, [current], personal)(current)
  })
}

function groundOf(
  { server, caller, entry }: PermitQuestion,
  policies: readonly ExplainedPolicy[],
): Ground {
  if (isUnbound(caller)) return 'unbound'
  const applying = policies.filter(({ applies }) => applies)
  if (applying.some(({ effect }) => effect === 'deny')) return 'denied'
  if (isOpenTo(server, caller)) return 'open'
  if (maySee(caller, server.definition)) return 'server_grant'
  const { owner, roles } = entry.record
  if (owns(caller, owner) || roles.some((role) => caller.roles.includes(role))) return 'entry_grant'
  return applying.length > 0 ? 'allowed' : 'not_allowed'
}

/** One that only `who` or only `what` keeps away is nearer than one that neither fits. */
function nearest(policies: readonly ExplainedPolicy[]): ExplainedPermit['nearest'] {
  const missingOf = ({ who, what }: ExplainedPolicy) => [
    ...(who.met ? [] : (['who'] as const)),
    ...(what.met ? [] : (['what'] as const)),
  ]
  const [first] = policies
    .filter(({ effect }) => effect === 'allow')
    .map((policy) => ({ policy: policy.id, missing: missingOf(policy) }))
    .sort((a, b) => a.missing.length - b.missing.length)
  return first ?? null
}
