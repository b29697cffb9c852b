import type { Recheck } from './authenticate.ts'
import type { Caller } from './caller.ts'
import type { Gate } from './gate.ts'

/**
 * Who a caller that uses a server is by now; undefined when it may not use it any more. For
 * sessions and streams, which outlive the request they were made with.
 */
export type Standing = (caller: Caller, server: string) => Caller | undefined

export function createStanding(gate: Gate, recheck: Recheck): Standing {
  return (caller, server) => {
    const now = recheck(caller)
    return now && gate.mayStay(now, { right: 'use', server }) ? now : undefined
  }
}

/** Whether two states of one caller would be shown the same. */
export function isEqualStanding(one: Caller, other: Caller): boolean {
  return one === other || standingOf(one) === standingOf(other)
}

function standingOf({ roles, groups, attributes, servers, scopes }: Caller): string {
  return JSON.stringify([roles, groups, attributes, servers, scopes])
}
