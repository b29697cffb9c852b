import type { Recheck } from './authenticate.ts'
import type { Caller } from './caller.ts'
import type { Delegation } from './delegation.ts'
import type { Gate } from './gate.ts'

/**
 * Who a caller that uses a server is by now; undefined when it may not use it any more. For
 * sessions and streams, which outlive the request they were made with.
 */
export type Standing = (caller: Caller, server: string) => Caller | undefined

export function createStanding(gate: Gate, recheck: Recheck, delegation: Delegation): Standing {
  const current = (caller: Caller) => {
    const now = caller.actsAs ? recheck(principalOf(caller)) : recheck(caller)
    try {
      return now && delegation.actAs(now, caller.agent)
    } catch {
      // It may not act as the agent any more.
      return undefined
    }
  }
  return (caller, server) => {
    const now = current(caller)
    return now && gate.mayStay(now, { right: 'use', server }) ? now : undefined
  }
}

/** Whoever acts as an agent, as they are themselves. */
function principalOf({ agent: _agent, actsAs: _actsAs, ...caller }: Caller): Caller {
  return caller
}

/** Whether two states of one caller would be shown the same. */
export function isEqualStanding(one: Caller, other: Caller): boolean {
  return one === other || standingOf(one) === standingOf(other)
}

function standingOf({ roles, groups, attributes, servers, scopes, actsAs }: Caller): string {
  const agent = actsAs ? standingOf(actsAs) : null
  return JSON.stringify([roles, groups, attributes, servers, scopes, agent])
}
