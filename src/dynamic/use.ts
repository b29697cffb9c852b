import type { Caller } from '../access/caller.ts'
import { traceOf } from '../access/events/event.ts'
import type { Events } from '../access/events/events.ts'
import type { Refusal } from '../access/guards/refusal.ts'
import type { Entry } from '../catalog/entry.ts'
import { FacetError, messageOf } from '../errors/facet-error.ts'
import type { EntryType } from '../rules/fields.ts'
import type { RunContext } from '../sources/run.ts'
import type { EventOutcome } from '../store/event-port.ts'
import type { JsonObject } from '../store/ports.ts'
import { jsonBytes } from './json-bytes.ts'
import type { Listed } from './list.ts'
import type { WhyDenied } from './permit/why-denied.ts'

export interface UseContext {
  readonly events: Events
  /** Why a caller does not see a name: for events, and not for the caller. */
  readonly whyDenied: WhyDenied
  /** The policy that lets a caller use an entry, as it was decided; for events, too. */
  readonly allowedBy: (server: string, caller: Caller, entry: Entry) => string | undefined
}

/** What is asked for: an entry by its name or URI, by somebody, on a server. */
export interface Wanted {
  readonly type: EntryType
  readonly server: string
  readonly caller: Caller
  readonly name: string
  readonly args: JsonObject
  readonly run: RunContext
}

/** One use of an entry, from the question to its end, which is recorded. */
export class Use {
  /** The entry, once it is found in the caller's view. */
  listed: Listed | undefined
  /** The policy that let the caller use it, when it was found. */
  #allowedBy: string | undefined
  /** What a guard had against it. */
  refusal: Refusal | undefined
  /** Whoever asks, as the agent that the arguments may name. */
  acting: Caller
  readonly #context: UseContext
  readonly wanted: Wanted
  readonly #start = performance.now()

  constructor(context: UseContext, wanted: Wanted) {
    this.#context = context
    this.wanted = wanted
    this.acting = wanted.caller
  }

  found(listed: Listed): void {
    this.listed = listed
    this.#allowedBy = this.#context.allowedBy(this.wanted.server, this.acting, listed.entry)
  }

  ended(result: JsonObject): void {
    const { isError, resultType, _meta } = result
    if (this.refusal) this.#refused(this.refusal)
    else if (resultType === 'input_required') this.#record('input_required', null, result)
    else if (isError === true) this.#record('error', codeIn(_meta) ?? 'tool_error', result)
    else this.#record('ok', null, result)
  }

  failed(error: unknown): void {
    if (this.refusal) {
      this.#refused(this.refusal)
    } else if (!this.listed && error instanceof FacetError && error.code === 'not_found') {
      this.denied(error.code)
    } else if (!this.listed && error instanceof FacetError && error.code === 'forbidden') {
      this.denied(error.code, 'agent')
    } else if (this.wanted.run.signal.aborted) {
      this.#record('cancelled', null)
    } else {
      const code = error instanceof FacetError ? error.code : 'protocol_error'
      this.#record('error', code, messageOf(error))
    }
  }

  /** @param decidedBy what kept the caller from it; found out when it is not given */
  denied(code: string, decidedBy?: string): void {
    const { server, type, name } = this.wanted
    const caller = this.acting
    if (this.listed || decidedBy !== undefined) {
      this.#record('denied', code, undefined, decidedBy)
      return
    }
    void this.#context.whyDenied(server, caller, type, name).then((why) => {
      this.listed = why.listed
      this.#record('denied', code, undefined, why.decidedBy)
    })
  }

  #refused({ code, guard }: Refusal): void {
    this.#record('denied', code, undefined, `guard:${guard}`)
  }

  #record(
    outcome: EventOutcome,
    code: string | null,
    result?: JsonObject | string,
    decidedBy?: string,
  ) {
    const { events } = this.#context
    const { type, server, caller, name, args, run } = this.wanted
    const record = this.listed?.entry.record
    const event = {
      at: events.now().getTime(),
      action: type === 'tool' || type === 'prompt' ? 'call' : 'read',
      decision: outcome === 'denied' ? 'deny' : 'allow',
      outcome,
      code,
      decidedBy: decidedBy ?? (outcome === 'denied' ? null : (this.#allowedBy ?? null)),
      caller: caller.id,
      credential: caller.credential?.id ?? null,
      actingAs: this.acting.agent ?? null,
      server,
      type: record?.type ?? type,
      entry: record?.id ?? null,
      name,
      source: record?.source ?? null,
      ms: Math.round((performance.now() - this.#start) * 1_000) / 1_000,
      bytesIn: bytesOf(args),
      bytesOut: typeof result === 'object' ? bytesOf(result) : null,
      count: 1,
      session: run.session ?? null,
      request: run.request ?? null,
      trace: traceOf(run.meta?.traceparent),
      address: null,
    } as const
    events.record(event, args, result)
  }
}

/** What is nested too deeply to be measured is not worth failing for. */
function bytesOf(value: JsonObject): number | null {
  try {
    return jsonBytes(value)
  } catch {
    return null
  }
}

/** Where the code of a failed call stands in its result. */
export const ERROR_META_KEY = 'mcp-facet/error'

function codeIn(meta: JsonObject[string] | undefined): string | undefined {
  const error = (meta as JsonObject | undefined)?.[ERROR_META_KEY] as JsonObject | undefined
  // An upstream may write there too.
  const code = error?.code
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : undefined
}

/** Runs a use of an entry and records how it went. */
export async function recorded(
  context: UseContext,
  wanted: Wanted,
  run: (use: Use) => Promise<JsonObject>,
): Promise<JsonObject> {
  const use = new Use(context, wanted)
  try {
    const result = await run(use)
    use.ended(result)
    return result
  } catch (error) {
    use.failed(error)
    throw error
  }
}
