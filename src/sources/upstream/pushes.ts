import { type Client, ProtocolError } from '@modelcontextprotocol/client'
import { isJsonObject } from '../../catalog/json.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { ClientPort } from '../client-port.ts'
import type { Calls } from './calls.ts'

interface Message {
  readonly method: string
  readonly params?: unknown
}

export interface PushContext {
  readonly calls: Calls
  readonly onResourceUpdated: (uri: string) => void
}

const ASKS = new Set(['elicitation/create', 'sampling/createMessage', 'roots/list'])
/** Pages remembered for one connection. */
const MAX_PAGES = 100
const METHOD_NOT_FOUND = -32601
const INVALID_REQUEST = -32600

/**
 * Passes on what an upstream sends by itself: to the client whose call it belongs to, and to
 * nobody when that is not certain.
 */
export function takePushes(client: Client, context: PushContext): void {
  const { calls, onResourceUpdated } = context
  /** Who was sent to which page: that it is done may be said after the call. */
  const pages = new Map<string, ClientPort>()

  client.fallbackRequestHandler = async ({ method, params }: Message, { mcpReq }) => {
    if (!ASKS.has(method)) throw new ProtocolError(METHOD_NOT_FOUND, 'Method not found')
    const owner = calls.owner()
    if (!owner?.ask) {
      throw new ProtocolError(
        INVALID_REQUEST,
        `${method} belongs to no running call of a client that can be asked.`,
      )
    }
    const { ask } = owner
    const { elicitationId } = objectOf(params)
    if (typeof elicitationId === 'string') remember(pages, elicitationId, owner)
    return calls.during(() => ask(method, objectOf(params), mcpReq.signal))
  }

  client.fallbackNotificationHandler = async ({ method, params: given }: Message) => {
    const params = objectOf(given)
    if (method === 'notifications/message') calls.likelyOwner()?.log(params)
    if (method === 'notifications/elicitation/complete') {
      const id = String(params.elicitationId)
      pages.get(id)?.tell?.(method, { elicitationId: id })
      pages.delete(id)
    }
    if (method === 'notifications/resources/updated' && typeof params.uri === 'string') {
      onResourceUpdated(params.uri)
    }
  }
}

function objectOf(params: unknown): JsonObject {
  return isJsonObject(params) ? params : {}
}

function remember(pages: Map<string, ClientPort>, id: string, client: ClientPort): void {
  pages.set(id, client)
  const [oldest] = pages.keys()
  if (pages.size > MAX_PAGES && oldest !== undefined) pages.delete(oldest)
}
