import { FacetError } from '../../errors/facet-error.ts'
import type { EventRecord } from '../../store/event-port.ts'
import type { Caller } from '../caller.ts'
import type { Delegation } from '../delegation.ts'
import { callerFields, eventOf } from './event.ts'
import type { Events } from './events.ts'

/** What somebody asked for who named an agent. */
export type AskedAsAgent = Pick<EventRecord, 'action' | 'server' | 'type'> &
  Partial<Pick<EventRecord, 'name' | 'session' | 'request' | 'trace' | 'address'>>

/** What agents are named with: who may, and where a refusal is taken down. */
export interface AgentContext {
  readonly delegation: Delegation
  readonly events: Events
}

/**
 * The caller as the agent that is asked for. A refusal is recorded; of callers without a credential
 * they are counted by the minute, or anybody could fill the events.
 *
 * @throws {FacetError} as {@link Delegation.actAs}
 */
export function actRecorded(
  { delegation, events }: AgentContext,
  caller: Caller,
  claim: unknown,
  asked: () => AskedAsAgent,
): Caller {
  try {
    return delegation.actAs(caller, claim)
  } catch (error) {
    if (!(error instanceof FacetError)) throw error
    const event = eventOf({
      at: events.now().getTime(),
      decision: 'deny',
      outcome: 'denied',
      code: error.code,
      decidedBy: 'agent',
      ...callerFields(caller),
      ...asked(),
    })
    if (caller.kind === 'anonymous') events.counted(event)
    else events.record(event)
    throw error
  }
}
