import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../../access/caller.ts'
import type { Asking } from '../../access/credential.ts'
import type { Gate } from '../../access/gate.ts'
import type { RequestGuard } from '../../access/request-guard.ts'
import { decodeCursor } from '../../catalog/cursor.ts'
import type { Pages } from '../../dynamic/pages.ts'
import type { Resolver } from '../../dynamic/resolve.ts'
import type { Servers } from '../../dynamic/servers.ts'
import type { View } from '../../dynamic/view.ts'
import type { Metrics } from '../../observability/metrics.ts'
import { VERSION } from '../../version.ts'
import { LIST_METHODS, type ListRequest, listRequest, mayBeList } from './classify.ts'
import { readBody } from './read-body.ts'

const PATH = /^(?:\/dynamic\/([\w.~-]+))?\/mcp$/

export interface FastContext {
  readonly servers: Servers
  readonly resolver: Resolver
  readonly pages: Pages
  readonly metrics: Metrics
  readonly guard: RequestGuard
  readonly gate: Gate
  readonly now: () => Date
  /** Whether the caller has this session with the server; its client is then not idle. */
  readonly useSession: (id: string, owner: { serverId: string; caller: Caller }) => boolean
  /** Told of every request answered here. */
  readonly answered: () => void
}

/** Where a request goes that is not answered here; its body is in `rawBody`. */
export type Fallback = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/**
 * Answers requests for lists with stored bytes, before any framework sees them. Whoever asks and
 * whatever is asked is checked as everywhere else; what is not plainly in order goes the long way.
 */
export function createFastLists(context: FastContext, fallback: Fallback): Fallback {
  return (incoming, outgoing) => {
    const path = incoming.method === 'POST' ? PATH.exec(incoming.url ?? '') : null
    if (!path || !mayBeList(incoming.headers)) {
      fallback(incoming, outgoing)
      return
    }
    void readBody(incoming)
      .then((body) => body !== undefined && serve(context, incoming, outgoing, path[1], body))
      .catch(() => false)
      .then((isAnswered) => {
        if (!isAnswered && !outgoing.destroyed) fallback(incoming, outgoing)
      })
  }
}

/** Whether the request was answered. */
async function serve(
  context: FastContext,
  { headers, socket, url: mcpPath }: IncomingMessage,
  outgoing: ServerResponse,
  id = 'all',
  body: string,
): Promise<boolean> {
  const request = listRequest(headers, body)
  if (!request) return false
  context.guard(headers.host, headers.origin)
  const asking: Asking = {
    header: (name) => headers[name] as string | undefined,
    remoteAddress: socket.remoteAddress,
    mcpPath,
  }
  const entered = context.gate.enter(asking, { right: 'use', server: id })
  const caller = entered instanceof Promise ? await entered : entered
  const { definition } = context.servers.get(id)
  const { type, key } = LIST_METHODS[request.method]!
  const offers = definition.rules.some((rule) => rule.type === type && rule.effect === 'include')
  if (!offers || definition.exposure !== 'direct') return false
  const stopTimer = context.metrics.mcpRequestDuration.startTimer({ method: request.method })
  const view = await context.resolver.resolve(id, caller)
  if (request.session && !context.useSession(request.session, { serverId: id, caller })) {
    return false
  }
  const list = view.listed.get(type)!
  const start = request.cursor === undefined ? 0 : list.firstAfter(decodeCursor(request.cursor))
  const { bytes } = context.pages.get(list, key, start)
  send(outgoing, request, bytes, suffix(request, view, context.now()))
  context.metrics.mcpRequests.inc({ method: request.method, era: request.era, outcome: 'ok' })
  stopTimer()
  context.answered()
  return true
}

/** What follows the list in a result. */
function suffix({ era }: ListRequest, { definition, frozenUntil }: View, now: Date): string {
  if (era === 'legacy') return '}}'
  const info = JSON.stringify({ name: definition.name, version: VERSION })
  const ttl = Math.max(0, frozenUntil - now.getTime())
  return `,"ttlMs":${ttl},"cacheScope":"private","resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":${info}}}}`
}

/** Copies of this size cost less than a second write. */
const COPY = 131_072

function send(
  outgoing: ServerResponse,
  { id, session }: ListRequest,
  bytes: Buffer,
  after: string,
): void {
  const head = Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{`)
  const tail = Buffer.from(after)
  outgoing.writeHead(200, {
    'content-type': 'application/json',
    'content-length': head.length + bytes.length + tail.length,
    ...(session === undefined ? {} : { 'mcp-session-id': session }),
  })
  if (bytes.length <= COPY) {
    outgoing.end(Buffer.concat([head, bytes, tail]))
    return
  }
  outgoing.cork()
  outgoing.write(head)
  outgoing.write(bytes)
  outgoing.end(tail)
  outgoing.uncork()
}
