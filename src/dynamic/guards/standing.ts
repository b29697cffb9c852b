import type { Caller } from '../../access/caller.ts'
import { type Guard, type Guards, standsOn } from '../../access/guards/guards.ts'
import type { Entry } from '../../catalog/entry.ts'
import type { GuardSets } from './guard-sets.ts'

export interface StandingContext {
  readonly guards: Guards
  readonly sets: GuardSets
}

/** A call as far as it decides which guards look at it. */
export interface AskedCall {
  readonly server: string
  /** Undefined for whoever it may be: then every guard of the server that is about the entry. */
  readonly caller: Caller | undefined
  readonly entry: Entry
}

/** The guards that look at a call, in order of their ids; none of them is run. */
export async function standingBefore(
  { guards, sets }: StandingContext,
  { server, caller, entry }: AskedCall,
): Promise<readonly Guard[]> {
  for (;;) {
    // Guards may be changed while what they are about is worked out.
    const met = caller
      ? guards.meeting(server, caller)
      : guards.active.filter((guard) => standsOn(guard, server))
    const waiting = sets.prepare(entry.record.type, met)
    if (!waiting) return met.filter((guard) => sets.isBehind(guard, entry))
    await waiting
  }
}
