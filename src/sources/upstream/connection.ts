import {
  Client,
  type ClientCapabilities,
  type DiscoverResult,
  ProtocolError,
  type ServerCapabilities,
} from '@modelcontextprotocol/client'
import { z } from 'zod'
import { FacetError } from '../../errors/facet-error.ts'
import type { JsonObject } from '../../store/ports.ts'
import { VERSION } from '../../version.ts'
import type { ClientPort } from '../client-port.ts'
import type { Transport as Definition } from '../definition.ts'
import type { SourceAuthorization } from '../oauth/authorization.ts'
import type { Author, Secrets } from '../secrets.ts'
import { Calls } from './calls.ts'
import {
  explain,
  farewell,
  noAnswer,
  refusesStreamable,
  StreamableRefused,
  unavailable,
  withoutSecrets,
} from './failures.ts'
import type { UpstreamLimits } from './limits.ts'
import { type Listening, listenLegacy, listenModern } from './listen.ts'
import { takePushes } from './pushes.ts'
import { endSession, raisedLogLevel } from './session.ts'
import { Silence } from './silence.ts'
import { openTransport, type Wire } from './transport.ts'

/** Results go through as they are: nothing an upstream says is lost to a schema of ours. */
const ANY_RESULT = z.looseObject({})

export type ChangedList = 'tools' | 'prompts' | 'resources'

/** What was learnt about an upstream, kept to connect without asking again. */
export interface Negotiated {
  readonly wire: Wire
  readonly era: 'modern' | 'legacy'
  readonly at: string
  readonly discover?: JsonObject
}

export interface Progress {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

/** What goes along with one request to an upstream. */
export interface UpstreamRequestOptions {
  readonly signal?: AbortSignal
  /** Longest silence, in ms; progress starts it again. */
  readonly timeout: number
  readonly onprogress?: ((progress: Progress) => void) | undefined
  /** HTTP headers to send with it, over HTTP. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whose request it is: what the upstream asks or tells meanwhile goes there. */
  readonly client?: ClientPort | undefined
}

/** A connected upstream. */
export interface Connection {
  readonly wire: Wire
  readonly era: 'modern' | 'legacy'
  readonly negotiated: Negotiated
  readonly protocolVersion: string | undefined
  readonly server: { readonly name: string; readonly version: string } | undefined
  readonly capabilities: ServerCapabilities
  /** Settles when the connection is gone, with the reason. */
  readonly closed: Promise<Error>
  /**
   * Sends a request and gives the result back unchanged.
   *
   * @throws {ProtocolError} what the upstream answered; {@link FacetError} `upstream_timeout`,
   *   `source_unavailable` or `upstream_failed` when there was no answer to pass on.
   */
  request(method: string, params: JsonObject, options: UpstreamRequestOptions): Promise<JsonObject>
  /**
   * Makes the resources whose updates the upstream tells us exactly these.
   *
   * @throws {FacetError} `invalid_request` when it never tells; {@link ProtocolError} its refusal.
   */
  watch(uris: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface ConnectOptions {
  readonly definition: Definition
  readonly author: Author
  readonly secrets: Secrets
  readonly authorization: SourceAuthorization | undefined
  readonly negotiated: Negotiated | undefined
  /** Called when the upstream says that a list is another now. */
  readonly onListChanged: (list: ChangedList) => void
  /** Called when the upstream says that a watched resource holds something else now. */
  readonly onResourceUpdated: (uri: string) => void
  /** What the clients behind this connection can do; told to an upstream from before 2026-07-28. */
  readonly capabilities: JsonObject
  /** Whether the connection serves one client alone. */
  readonly exclusive: boolean
  readonly now: () => Date
  readonly limits: UpstreamLimits
  /** Gives the attempt up. */
  readonly signal: AbortSignal
}

/**
 * Connects to an upstream of either era, over stdio or HTTP.
 *
 * What is known from before is used: a modern upstream answers its first call without a
 * handshake, an older one is not asked for a protocol it does not speak. An HTTP upstream that
 * refuses Streamable HTTP is tried with the older SSE transport.
 *
 * @throws {FacetError} `source_unavailable` with the reason, without secrets.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { definition, negotiated, now, limits } = options
  const known = stillTrue(negotiated, now(), limits) ? negotiated : undefined
  const wire = known?.wire ?? (definition.type === 'stdio' ? 'stdio' : 'http')
  try {
    return await open(options, wire, known)
  } catch (error) {
    if (!(error instanceof StreamableRefused)) throw unavailable(error)
    if (wire !== 'http') throw error.told
    return open(options, 'sse', undefined).catch(() => {
      throw error.told
    })
  }
}

function stillTrue(negotiated: Negotiated | undefined, now: Date, limits: UpstreamLimits): boolean {
  if (!negotiated) return false
  if (negotiated.era === 'modern') return true
  return now.getTime() - Date.parse(negotiated.at) < limits.legacyVerdictMs
}

async function open(
  options: ConnectOptions,
  wire: Wire,
  known: Negotiated | undefined,
): Promise<Connection> {
  const opened = openTransport(
    options.definition,
    wire,
    options.secrets,
    options.author,
    options.limits,
    options.authorization,
  )
  const client = new Client(
    { name: 'facet', version: VERSION },
    {
      capabilities: options.capabilities as ClientCapabilities,
      versionNegotiation: {
        mode: wire === 'sse' ? 'legacy' : 'auto',
        probe: { timeoutMs: options.limits.connectMs },
      },
    },
  )
  const closed = Promise.withResolvers<Error>()
  client.onclose = () => closed.resolve(new Error(farewell(opened)))
  for (const list of ['tools', 'prompts', 'resources'] as const) {
    client.setNotificationHandler(`notifications/${list}/list_changed`, () =>
      options.onListChanged(list),
    )
  }
  const calls = new Calls(options.exclusive)
  takePushes(client, { calls, onResourceUpdated: options.onResourceUpdated })
  try {
    await unlessAborted(
      options.signal,
      client.connect(opened.transport, {
        timeout: options.limits.connectMs,
        signal: options.signal,
        ...(known ? { prior: priorOf(known) } : {}),
      }),
    )
  } catch (error) {
    await opened.transport.close().catch(() => undefined)
    await client.close().catch(() => undefined)
    const told = unavailable(new Error(explain(error, opened)))
    throw refusesStreamable(error) ? new StreamableRefused(told) : told
  }
  const era = client.getProtocolEra() ?? 'legacy'
  const listening: Listening =
    era === 'modern' ? listenModern(client, closed.promise, options.limits) : listenLegacy(client)
  const talkative = era === 'legacy' ? raisedLogLevel(client) : undefined
  const discover = client.getDiscoverResult() as JsonObject | undefined
  return {
    wire,
    era,
    negotiated: known ?? {
      wire,
      era,
      at: options.now().toISOString(),
      ...(discover ? { discover } : {}),
    },
    protocolVersion: client.getNegotiatedProtocolVersion(),
    server: client.getServerVersion(),
    capabilities: client.getServerCapabilities() ?? {},
    closed: closed.promise,
    async request(method, params, { signal, timeout, onprogress, headers, client: asking }) {
      await talkative?.(asking?.logLevel)
      const silence = new Silence(timeout)
      const send = () =>
        client.request({ method, params }, ANY_RESULT, {
          signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
          timeout: options.limits.callTotalMs,
          allowInputRequired: true,
          ...(headers ? { headers: { ...headers } } : {}),
          ...(onprogress ? { onprogress: progressTo(silence, onprogress) } : {}),
        })
      try {
        return (await calls.run(asking, silence, send)) as JsonObject
      } catch (error) {
        if (error instanceof ProtocolError) throw withoutSecrets(error, opened)
        if (signal?.aborted) throw error
        throw noAnswer(error, opened, closed)
      } finally {
        silence.stop()
      }
    },
    async watch(uris) {
      if (uris.length > 0 && !client.getServerCapabilities()?.resources?.subscribe) {
        throw new FacetError('invalid_request', 'The source does not tell when a resource changes.')
      }
      await listening.watch(uris)
    },
    async close() {
      await listening.stop()
      await endSession(opened.transport)
      await client.close().catch(() => undefined)
    },
  }
}

function progressTo(silence: Silence, onprogress: (progress: Progress) => void) {
  return (progress: Progress) => {
    silence.restart()
    onprogress(progress)
  }
}

/** The SDK asks an upstream for its era without looking at the signal. */
function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(new Error('the attempt was given up'))
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  return Promise.race([promise, aborted.promise]).finally(() => {
    signal.removeEventListener('abort', abort)
  })
}

function priorOf(known: Negotiated) {
  return known.era === 'modern' && known.discover
    ? { kind: 'modern' as const, discover: known.discover as unknown as DiscoverResult }
    : { kind: 'legacy' as const }
}
