import { callerFields, eventOf } from '../../access/events/event.ts'
import type { CodeGuard } from '../../access/guards/codes/codes.ts'
import type { EventRecord } from '../../store/event-port.ts'
import type { MetaCall } from '../search/meta-context.ts'

/** An attempt to unlock a group, as it is recorded: who, where and how it ended, never the code. */
export function gateEvent(
  { context: { events }, server, caller, run }: MetaCall,
  { id }: CodeGuard,
  code: string | null,
): EventRecord {
  return eventOf({
    at: events.now().getTime(),
    action: 'call',
    decision: code === null ? 'allow' : 'deny',
    outcome: code === null ? 'ok' : 'denied',
    code,
    decidedBy: `guard:${id}`,
    ...callerFields(caller),
    server,
    type: 'guard',
    entry: id,
    name: 'gate_unlock',
    session: run.session ?? null,
    request: run.request ?? null,
  })
}
