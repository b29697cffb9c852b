import { mayChange, maySee, owns } from '../../access/policies/grants.ts'
import { concerns, type Policies } from '../../access/policies/policies.ts'
import type { Entry } from '../../catalog/entry.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { quoted } from '../../rules/explain/show-value.ts'
import { type ExplainedPermit, explainPermit } from '../permit/explain.ts'
import { type Subjected, speaksOf } from '../permit/grounds.ts'
import type { LookThrough, PermitTools } from '../permit/look-through.ts'
import type { HideStage, Nearest, NearestChange, PermitStage } from './answer.ts'
import { NOT_REACHED } from './later-stages.ts'

export interface PermitContext extends PermitTools {
  readonly policies: Policies
}

/** Through whose eyes a server is looked at, if through any, and what was found. */
export interface Permitted {
  readonly stage: PermitStage
  readonly hide: HideStage
  readonly nearest: Nearest | null
}

/**
 * Whether policies let a caller use an entry, with the reasons that are for whoever asks.
 *
 * @throws {FacetError} `policy_unusable`, `not_found` for an entry that went meanwhile.
 */
export async function permitOf(
  context: PermitContext,
  server: Subjected,
  entry: Entry,
  through: LookThrough | undefined,
): Promise<Permitted> {
  if (!through) {
    const hide = { stage: 'hide', passed: null, text: 'no caller is asked about' } as const
    return { stage: unasked(context, server, entry), hide, nearest: null }
  }
  const { caller, reasons } = through
  const explained = await explainPermit(context, { server, caller, entry })
  if (!context.catalog.get(entry.record.id)) {
    throw new FacetError('not_found', 'The entry was deleted meanwhile.')
  }
  const hides = context.hidden.of(caller.id)?.has(entry.record.id) === true
  const stage = { stage: 'permit', passed: explained.permitted } as const
  const hide: HideStage = hides
    ? { stage: 'hide', passed: false, text: 'the caller hides it from their own lists' }
    : { stage: 'hide', passed: true, text: 'the caller does not hide it' }
  if (reasons === 'none') {
    const text = explained.permitted ? 'it may be used' : 'it is not among what may be used'
    return { stage: { ...stage, text }, hide, nearest: null }
  }
  const disabled = through.isDisabled ? '; but the user is disabled and cannot come in' : ''
  const text = `${textOf(explained, server, entry, through)}${disabled}`
  const { ground, nearest: nearestPolicy } = explained
  const policies = explained.policies.map((policy) =>
    reasons === 'all' ? policy : { ...policy, who: { met: policy.who.met } },
  )
  return {
    stage: { ...stage, text, ground, policies, nearest: nearestPolicy },
    hide,
    nearest: explained.permitted ? null : nearestPermitted(explained),
  }
}

/** The stage of an entry that does not come as far as policies. */
export function notReached(stage: PermitStage): PermitStage {
  return stage.passed === null ? stage : { stage: 'permit', ...NOT_REACHED }
}

/** Without a caller there is no answer, but one can be told whether it depends on who asks. */
function unasked({ policies }: PermitContext, { id, definition }: Subjected, entry: Entry) {
  const stage = { stage: 'permit', passed: null } as const
  if (definition.access === 'policy') {
    const text = 'depends on the caller: the server shows what policies allow'
    return { ...stage, text, depends: true } as const
  }
  const denies = policies
    .all()
    .filter((policy) => policy.definition.effect === 'deny' && concerns(policy, id))
    .filter((policy) => speaksOf(policy.definition, entry.record.type))
  if (denies.length === 0) return { ...stage, text: 'the server is open, and nothing is denied' }
  const text = 'depends on the caller: the server is open, and policies deny some of it'
  return { ...stage, text, depends: true } as const
}

function textOf(
  { ground, policies }: ExplainedPermit,
  server: Subjected,
  entry: Entry,
  through: LookThrough,
): string {
  const ids = policies.filter(({ applies }) => applies).map(({ id }) => quoted(id))
  const named = (some: readonly string[]) =>
    `${some.length === 1 ? 'the policy' : 'the policies'} ${some.slice(0, 3).join(', ')}${
      some.length > 3 ? ` and ${some.length - 3} more` : ''
    }`
  switch (ground) {
    case 'unbound':
      return 'administrators are not held by policies'
    case 'denied': {
      const denies = policies.filter(({ applies, effect }) => applies && effect === 'deny')
      return `${named(denies.map(({ id }) => quoted(id)))} ${denies.length === 1 ? 'denies' : 'deny'} it`
    }
    case 'open':
      return 'the server is open, and no policy denies it'
    case 'server_grant':
      return serverGrant(server, through)
    case 'entry_grant':
      return owns(through.caller, entry.record.owner)
        ? 'the caller owns the entry'
        : 'the entry is for a role of the caller'
    case 'allowed':
      return `${named(ids)} ${ids.length === 1 ? 'allows' : 'allow'} it`
    default:
      return 'nothing allows it, and what nothing allows is denied'
  }
}

function serverGrant({ definition }: Subjected, { caller }: LookThrough): string {
  if (owns(caller, definition.owner)) return 'the caller owns the server'
  if (mayChange(caller, definition)) return 'the server is shared with the caller, to change it too'
  const byRole = maySee(caller, { ...definition, owner: null, shares: { read: [], write: [] } })
  return byRole ? 'the server is for a role of the caller' : 'the server is shared with the caller'
}

function nearestPermitted({ ground, policies, nearest }: ExplainedPermit): Nearest {
  const changes: NearestChange[] = []
  if (ground === 'denied') {
    for (const { id, effect, applies } of policies) {
      if (applies && effect === 'deny') {
        changes.push({ on: 'policy', text: `have the policy ${quoted(id)} not deny it` })
      }
    }
  } else if (nearest) {
    const half = {
      who: 'have its who match the caller',
      what: 'have its what match the entry',
    }
    const todo = nearest.missing.map((missing) => half[missing]).join(' and ')
    changes.push({ on: 'policy', text: `of the policy ${quoted(nearest.policy)}, ${todo}` })
  } else {
    changes.push({ on: 'policy', text: 'make a policy that allows it' })
  }
  return { rule: null, excluded_by: [], changes, enough: null }
}
