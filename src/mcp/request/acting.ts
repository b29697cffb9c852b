import type { Caller } from '../../access/caller.ts'
import { AGENT_KEY } from '../../access/delegation.ts'
import { traceOf } from '../../access/events/event.ts'
import {
  type AgentContext,
  type AskedAsAgent,
  actRecorded,
} from '../../access/events/refused-agent.ts'
import { isJsonObject } from '../../catalog/json.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { EventAction } from '../../store/event-port.ts'

/** A request as far as a refusal is recorded with it. */
export interface ActingRequest {
  readonly server: string
  readonly caller: Caller
  /** As they came: of either nothing is known yet. */
  readonly method: unknown
  readonly params: unknown
  readonly id?: unknown
  readonly session?: string | undefined
  readonly traceparent?: string | null | undefined
  readonly address?: string | undefined
}

type About = readonly [action: EventAction, type: EntryType, member?: 'name' | 'uri']

const ABOUT: ReadonlyMap<unknown, About> = new Map<unknown, About>([
  ['tools/call', ['call', 'tool', 'name']],
  ['prompts/get', ['call', 'prompt', 'name']],
  ['resources/read', ['read', 'resource', 'uri']],
  ['resources/subscribe', ['read', 'resource', 'uri']],
  ['tools/list', ['list', 'tool']],
  ['prompts/list', ['list', 'prompt']],
  ['resources/list', ['list', 'resource']],
  ['resources/templates/list', ['list', 'resource_template']],
])

/**
 * The caller, as the agent that the metadata of a request names; a refusal is recorded.
 *
 * @throws {FacetError} `invalid_request`, `forbidden`
 */
export function actingFor(context: AgentContext, request: ActingRequest): Caller {
  const { caller } = request
  const params = isJsonObject(request.params) ? request.params : {}
  const meta = isJsonObject(params._meta) ? params._meta : {}
  return actRecorded(context, caller, meta[AGENT_KEY], () => {
    const { server, id, session = null, address = null } = request
    const [action, type, member] = ABOUT.get(request.method) ?? ['call', null]
    const name = member && params[member]
    const trace = traceOf(meta.traceparent ?? request.traceparent)
    const asked: AskedAsAgent = { action, server, type: type ?? 'server', session, trace, address }
    return {
      ...asked,
      name: typeof name === 'string' ? name : null,
      request: typeof id === 'string' || typeof id === 'number' ? String(id) : null,
    }
  })
}
