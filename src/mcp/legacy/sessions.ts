import { randomUUID } from 'node:crypto'
import { type Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import { type Caller, isSameCaller } from '../../access/caller.ts'
import { isEqualStanding, type Standing } from '../../access/standing.ts'
import { isJsonObject } from '../../catalog/json.ts'
import type { Narrowing } from '../../dynamic/narrow/narrowing.ts'
import type { ChangedList } from '../../sources/upstream/connection.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { Push } from '../push.ts'
import { EventLog } from './event-log.ts'
import { SessionState } from './session-state.ts'
import { whenClosed } from './when-closed.ts'

const IDLE_MS = 30 * 60 * 1000
const MAX_SESSIONS = 2_000
const LISTS: readonly ChangedList[] = ['tools', 'prompts', 'resources']

/** Whose a session is, and what it shows of its server. */
export interface SessionOwner {
  readonly serverId: string
  readonly caller: Caller
  readonly narrowing?: Narrowing | undefined
}

/** A session as a request of its owner finds it. */
export interface OpenSession {
  readonly state: SessionState
  /** What its client said it can do. */
  readonly capabilities: JsonObject
}

interface Session {
  readonly server: Server
  readonly transport: WebStandardStreamableHTTPServerTransport
  readonly serverId: string
  readonly narrowing: Narrowing | undefined
  readonly state: SessionState
  /** Lists that changed while the client had no stream open to hear of it. */
  readonly unheard: Set<ChangedList>
  streams: number
  lastUsed: number
  leave: () => void
}

/**
 * Sessions of clients from before 2026-07-28. A session belongs to the caller and the server it was
 * made with, and to the filter in its address; to anybody else it does not exist.
 */
export class Sessions {
  readonly #push: Push
  readonly #sessions = new Map<string, Session>()
  readonly #sweeper: NodeJS.Timeout

  constructor(push: Push) {
    this.#push = push
    this.#sweeper = setInterval(() => this.#sweep(), 60_000).unref()
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Starts a session with its `initialize` request. */
  async start(
    build: (state: SessionState) => Server,
    owner: SessionOwner,
    request: Request,
    body: unknown,
  ): Promise<Response> {
    if (this.#sessions.size >= MAX_SESSIONS) this.#endIdlest()
    const state = new SessionState(randomUUID(), owner.caller)
    const server = build(state)
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      eventStore: new EventLog(),
      onsessioninitialized: (id) => this.#hold(id, server, transport, owner, state),
      onsessionclosed: (id) => this.#end(id),
    })
    await server.connect(transport)
    return transport.handleRequest(request, { parsedBody: body })
  }

  /** Serves a request of a session; undefined when the caller has no such session here. */
  async serve(
    id: string,
    owner: SessionOwner,
    request: Request,
    body: unknown,
  ): Promise<Response | undefined> {
    const session = this.#use(id, owner)
    if (!session) return undefined
    const cancelled = cancelledBy(body)
    if (cancelled !== undefined) session.state.cancel(cancelled)
    const options = body === undefined ? {} : { parsedBody: body }
    const response = await session.transport.handleRequest(request, options)
    if (request.method !== 'GET' || !response.ok) return response
    this.#streamOpened(session)
    return whenClosed(response, () => {
      session.streams--
      session.lastUsed = Date.now()
    })
  }

  /** The session, if the caller has it here; its client is then not idle. */
  open(id: string, owner: SessionOwner): OpenSession | undefined {
    const session = this.#use(id, owner)
    if (!session) return undefined
    const { server, state } = session
    return { state, capabilities: (server.getClientCapabilities() ?? {}) as JsonObject }
  }

  /** Ends the sessions of a server that is gone. */
  endOf(serverId: string): void {
    for (const [id, session] of this.#sessions) if (session.serverId === serverId) this.#end(id)
  }

  /**
   * Ends the sessions of callers who may not use their server any more. The others go on as what
   * their callers are by now; those whom that shows something else are told to list again.
   */
  recheck(standing: Standing): void {
    for (const [id, session] of this.#sessions) {
      const { state, serverId } = session
      const now = standing(state.caller, serverId)
      if (!now) {
        this.#end(id)
        continue
      }
      const isEqual = isEqualStanding(now, state.caller)
      state.caller = now
      if (!isEqual) for (const list of LISTS) announce(session, list)
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweeper)
    for (const id of [...this.#sessions.keys()]) this.#end(id)
  }

  #use(id: string, owner: SessionOwner): Session | undefined {
    const session = this.#sessions.get(id)
    if (!session || !isOf(session, owner)) return undefined
    session.lastUsed = Date.now()
    session.state.caller = owner.caller
    return session
  }

  #hold(
    id: string,
    server: Server,
    transport: WebStandardStreamableHTTPServerTransport,
    { serverId, narrowing }: SessionOwner,
    state: SessionState,
  ): void {
    const session: Session = {
      server,
      transport,
      serverId,
      narrowing,
      state,
      unheard: new Set(),
      streams: 0,
      lastUsed: Date.now(),
      leave: () => undefined,
    }
    session.leave = this.#push.add({
      server: serverId,
      caller: () => state.caller,
      narrowing,
      announce: (list) => announce(session, list),
    })
    this.#sessions.set(id, session)
  }

  #streamOpened(session: Session): void {
    session.streams++
    for (const list of session.unheard) notify(session, list)
    session.unheard.clear()
  }

  #end(id: string): void {
    const session = this.#sessions.get(id)
    if (!session) return
    this.#sessions.delete(id)
    session.leave()
    session.state.end()
    session.server.close().catch(() => undefined)
  }

  #sweep(): void {
    const oldest = Date.now() - IDLE_MS
    for (const [id, { lastUsed, streams }] of this.#sessions) {
      if (lastUsed < oldest && streams === 0) this.#end(id)
    }
  }

  #endIdlest(): void {
    const [idlest] = [...this.#sessions].sort(([, a], [, b]) => a.lastUsed - b.lastUsed)
    if (idlest) this.#end(idlest[0])
  }
}

/** The id, as JSON, of the request that a notification cancels. */
function cancelledBy(body: unknown): string | undefined {
  if (!isJsonObject(body) || body.method !== 'notifications/cancelled') return undefined
  return isJsonObject(body.params) ? JSON.stringify(body.params.requestId) : undefined
}

function isOf({ serverId, state, narrowing }: Session, owner: SessionOwner): boolean {
  return (
    serverId === owner.serverId &&
    isSameCaller(state.caller, owner.caller) &&
    narrowing?.key === owner.narrowing?.key
  )
}

function announce(session: Session, list: ChangedList): void {
  if (session.streams > 0) notify(session, list)
  else session.unheard.add(list)
}

function notify({ server }: Session, list: ChangedList): void {
  server
    .notification({ method: `notifications/${list}/list_changed` })
    // The stream closed meanwhile: the client will list again when it comes back.
    .catch(() => undefined)
}
