import {
  Client,
  type DiscoverResult,
  type McpSubscription,
  ProtocolError,
  type RequestOptions,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  type ServerCapabilities,
} from '@modelcontextprotocol/client'
import { z } from 'zod'
import { FacetError, messageOf } from '../../errors/facet-error.ts'
import type { JsonObject } from '../../store/ports.ts'
import { VERSION } from '../../version.ts'
import type { Transport as Definition } from '../definition.ts'
import type { Author, Secrets } from '../secrets.ts'
import type { UpstreamLimits } from './limits.ts'
import { mask, type OpenTransport, openTransport, type Wire } from './transport.ts'

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

/** A connected upstream. */
export interface Connection {
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
  request(method: string, params: JsonObject, options?: RequestOptions): Promise<JsonObject>
  close(): Promise<void>
}

export interface ConnectOptions {
  readonly definition: Definition
  readonly author: Author
  readonly secrets: Secrets
  readonly negotiated: Negotiated | undefined
  /** Called when the upstream says that a list is another now. */
  readonly onListChanged: (list: ChangedList) => void
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
    if (wire !== 'http' || !refusesStreamable(error)) throw unavailable(error)
    return open(options, 'sse', undefined).catch(() => {
      throw unavailable(error)
    })
  }
}

function stillTrue(negotiated: Negotiated | undefined, now: Date, limits: UpstreamLimits): boolean {
  if (!negotiated) return false
  if (negotiated.era === 'modern') return true
  return now.getTime() - Date.parse(negotiated.at) < limits.legacyVerdictMs
}

/** The transport before Streamable HTTP answers a POST to its address with one of these. */
function refusesStreamable(error: unknown): boolean {
  return error instanceof SdkHttpError && [400, 404, 405, 406, 415].includes(error.status)
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
  )
  const client = new Client(
    { name: 'facet', version: VERSION },
    {
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
    if (refusesStreamable(error)) throw error
    throw unavailable(new Error(explain(error, opened)))
  }
  const era = client.getProtocolEra() ?? 'legacy'
  const listening = era === 'modern' ? listen(client, closed.promise, options.limits) : undefined
  const discover = client.getDiscoverResult() as JsonObject | undefined
  return {
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
    async request(method, params, requestOptions) {
      try {
        const result = await client.request({ method, params }, ANY_RESULT, requestOptions)
        return result as JsonObject
      } catch (error) {
        if (error instanceof ProtocolError) throw withoutSecrets(error, opened)
        if (requestOptions?.signal?.aborted) throw error
        throw noAnswer(error, opened, closed)
      }
    },
    async close() {
      await listening?.stop()
      await client.close().catch(() => undefined)
    },
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

/** Keeps one stream for change notifications open: the client does not open it again by itself. */
function listen(
  client: Client,
  closed: Promise<Error>,
  limits: UpstreamLimits,
): { stop(): Promise<void> } {
  const capabilities = client.getServerCapabilities() ?? {}
  const filter = {
    ...(capabilities.tools?.listChanged ? { toolsListChanged: true } : {}),
    ...(capabilities.prompts?.listChanged ? { promptsListChanged: true } : {}),
    ...(capabilities.resources?.listChanged ? { resourcesListChanged: true } : {}),
  }
  let stopped = Object.keys(filter).length === 0
  let subscription: McpSubscription | undefined
  void closed.then(() => {
    stopped = true
  })
  const loop = async () => {
    for (let wait = limits.backoffMs; !stopped; wait = Math.min(wait * 2, limits.maxBackoffMs)) {
      subscription = await client.listen(filter).catch(() => undefined)
      if (subscription) wait = limits.backoffMs
      if ((await subscription?.closed) === 'local') return
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, wait).unref())
    }
  }
  void loop()
  return {
    async stop() {
      stopped = true
      await subscription?.close().catch(() => undefined)
    },
  }
}

function farewell(opened: OpenTransport): string {
  const words = mask(opened.lastWords(), opened.secretValues)
  return words ? `the connection closed; it said: ${words}` : 'the connection closed'
}

/** The reason a connection failed, in one line and without secrets. */
function explain(error: unknown, opened: OpenTransport): string {
  const reasons = new Set<string>()
  for (let cause = error; cause !== undefined && reasons.size < 5; ) {
    reasons.add(messageOf(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  const words = opened.lastWords()
  const text = [...reasons].filter(Boolean).join(': ') + (words ? `; it said: ${words}` : '')
  return mask(text, opened.secretValues)
}

function unavailable(error: unknown): FacetError {
  if (error instanceof FacetError) return error
  return new FacetError('source_unavailable', messageOf(error), { cause: error })
}

/** An upstream may repeat the credential it did not like. */
function withoutSecrets(error: ProtocolError, { secretValues }: OpenTransport): ProtocolError {
  const message = mask(error.message, secretValues)
  return message === error.message ? error : new ProtocolError(error.code, message)
}

/** There was no answer to pass on. A lost connection is noted, so that it is made anew. */
function noAnswer(
  error: unknown,
  opened: OpenTransport,
  closed: { resolve(reason: Error): void },
): FacetError {
  const message = explain(error, opened)
  const code = error instanceof SdkError ? error.code : undefined
  if (code === SdkErrorCode.RequestTimeout) return new FacetError('upstream_timeout', message)
  const answered = code !== undefined && !LOST.has(code)
  const lostSession = error instanceof SdkHttpError && error.status === 404
  if (answered && !lostSession) return new FacetError('upstream_failed', message)
  closed.resolve(new Error(message))
  return new FacetError('source_unavailable', message)
}

/** Errors after which no further request can succeed on the same connection. */
const LOST: ReadonlySet<SdkErrorCode> = new Set([
  SdkErrorCode.NotConnected,
  SdkErrorCode.ConnectionClosed,
  SdkErrorCode.SendFailed,
])
