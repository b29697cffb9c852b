import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Caller } from '../../access/caller.ts'
import type { Gate } from '../../access/gate.ts'
import type { RequestLimits } from '../../access/guards/request-limits.ts'
import type { RequestGuard } from '../../access/request-guard.ts'
import type { Pages } from '../../dynamic/pages.ts'
import type { Servers } from '../../dynamic/servers.ts'
import type { McpContext } from '../build-server.ts'
import type { OpenSession, SessionOwner } from '../legacy/sessions.ts'
import type { FastRequest } from './classify.ts'
import type { ListStreams } from './list-streams.ts'
import type { Outcome } from './prepared.ts'

export interface FastContext extends McpContext {
  readonly servers: Servers
  readonly pages: Pages
  readonly guard: RequestGuard
  readonly gate: Gate
  readonly requestLimits: RequestLimits
  /** The session, if the caller has it with the server; its client is then not idle. */
  readonly session: (id: string, owner: SessionOwner) => OpenSession | undefined
  readonly streams: ListStreams
  /** Whether a server has as many streams as it may have. */
  readonly isFull: (server: string) => boolean
  /** Told of every request answered here. */
  readonly answered: () => void
}

/** A request of somebody who may come in, to a server that is there. */
export interface Asked {
  readonly request: FastRequest
  /** The server's id. */
  readonly id: string
  readonly caller: Caller
  readonly session: OpenSession | undefined
  readonly headers: IncomingHttpHeaders
  readonly outgoing: ServerResponse
  /** Has the SDK answer with what came out already. */
  readonly handOver: (outcome: Outcome) => void
}

/** Answers a request, or says with `false` that it is not for here; then nothing has happened. */
export type Serve = (context: FastContext, asked: Asked) => boolean | Promise<boolean>
