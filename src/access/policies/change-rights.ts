import type { Entry } from '../../catalog/entry.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { admits } from '../../rules/filter.ts'
import type { Caller } from '../caller.ts'
import { type Grants, mayChange, owns } from './grants.ts'
import { concerns, type Policies, type Policy } from './policies.ts'
import { isUnbound, Standings } from './standing.ts'

/** What of a dynamic server says who may change it. */
export interface Managed {
  readonly id: string
  readonly definition: Grants
}

/**
 * Who may change servers and entries, besides having the role that opens the route.
 *
 * A deny outranks everything but an administrator. Then owners, shares and allows may; and what
 * names nobody is for every editor.
 */
export class ChangeRights {
  readonly #standings: Standings

  constructor(policies: Policies) {
    this.#standings = new Standings(policies)
  }

  /** @throws {FacetError} `forbidden`, `policy_unusable` */
  requireManage(caller: Caller, server: Managed): void {
    if (this.mayManage(caller, server)) return
    throw new FacetError('forbidden', `You may not change the server ${server.id}.`)
  }

  /** Whether a caller may change, refresh, roll back or review a server. @throws {FacetError} `policy_unusable` */
  mayManage(caller: Caller, { id, definition }: Managed): boolean {
    if (isUnbound(caller)) return true
    const policies = this.#about(caller, 'manage').filter((policy) => concerns(policy, id))
    if (policies.some(isDeny)) return false
    if (mayChange(caller, definition)) return true
    if (policies.some((policy) => !isDeny(policy) && isWhole(policy))) return true
    return definition.owner === null && definition.shares.write.length === 0
  }

  /** @throws {FacetError} `forbidden`, `policy_unusable` */
  requireWrite(caller: Caller, entry: Entry): void {
    if (this.mayWrite(caller, entry)) return
    throw new FacetError('forbidden', `You may not change ${entry.record.id}.`)
  }

  /** Whether a caller may change, replace, tag or delete an entry. @throws {FacetError} `policy_unusable` */
  mayWrite(caller: Caller, entry: Entry): boolean {
    if (isUnbound(caller)) return true
    const policies = this.#about(caller, 'write')
    if (policies.some((policy) => denies(policy, entry, caller))) return false
    const { owner } = entry.record
    if (owner === null || owns(caller, owner)) return true
    return policies.some((policy) => allows(policy, entry, caller))
  }

  /**
   * That no deny is about an entry as somebody wants to make it: else what is denied could be had
   * by making another entry, or changing one, into it.
   *
   * @throws {FacetError} `forbidden`, `policy_unusable`
   */
  requireResult(caller: Caller, entry: Entry): void {
    if (isUnbound(caller)) return
    if (!this.#about(caller, 'write').some((policy) => denies(policy, entry, caller))) return
    throw new FacetError('forbidden', `You may not make ${entry.document.name} what this makes it.`)
  }

  #about(caller: Caller, action: 'write' | 'manage'): Policy[] {
    const { policies } = this.#standings.of(caller)
    return policies.filter(({ definition }) => definition.actions.includes(action))
  }
}

function isDeny({ definition }: Policy): boolean {
  return definition.effect === 'deny'
}

/** A server is no entry, so only `true` certainly speaks of it: anything else is undecided. */
function isWhole({ definition }: Policy): boolean {
  return definition.what.trim() === 'true'
}

function denies(policy: Policy, { document }: Entry, caller: Caller): boolean {
  return isDeny(policy) && admits(policy.compiled!.what.evaluate(document, caller), 'exclude')
}

/** Entries are changed for all servers alike, so what is allowed on some is not enough. */
function allows(policy: Policy, { document }: Entry, caller: Caller): boolean {
  if (isDeny(policy) || policy.definition.server !== undefined) return false
  return admits(policy.compiled!.what.evaluate(document, caller), 'include')
}
