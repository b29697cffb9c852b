import type { ServerResponse } from 'node:http'
import type { Caller } from '../../access/caller.ts'
import { isEqualStanding, type Standing } from '../../access/standing.ts'
import type { ChangedList } from '../../sources/upstream/connection.ts'
import type { Audience } from '../push.ts'
import { acknowledgement, announcement, completion, KEEP_ALIVE } from './stream-frames.ts'

/** Turns of the comments: every second one part of the streams has its comment, all in 15 s. */
const TURNS = 15
const TURN_MS = 1_000

/** Bytes a client may leave unread before its stream is cut; it lists again when it comes back. */
const MAX_UNREAD = 65_536

const HEADERS = [
  ['content-type', 'text/event-stream'],
  ['cache-control', 'no-cache, no-transform'],
  ['connection', 'keep-alive'],
  ['x-accel-buffering', 'no'],
].flat()

/** What a stream is about. */
export interface Listening {
  readonly server: string
  /** What the server is called when the stream opens. */
  readonly serverName: string
  readonly caller: Caller
  /** The request's id, as JSON. */
  readonly id: string
  readonly lists: readonly ChangedList[]
}

/** One open stream: all that is kept of it besides node's response. */
class ListStream implements Audience {
  readonly about: Listening
  readonly outgoing: ServerResponse
  leave: () => void = () => undefined

  constructor(about: Listening, outgoing: ServerResponse) {
    this.about = about
    this.outgoing = outgoing
  }

  get server(): string {
    return this.about.server
  }

  caller(): Caller {
    return this.about.caller
  }

  announce(list: ChangedList): void {
    const { about, outgoing } = this
    if (!about.lists.includes(list) || outgoing.writableEnded || outgoing.destroyed) return
    outgoing.write(announcement(about.id, list))
    if (outgoing.writableLength > MAX_UNREAD) outgoing.destroy()
  }

  /** Nobody who has yet to read what was said before needs to hear that there is nothing. */
  comment(): void {
    if (this.outgoing.writableLength === 0) this.outgoing.write(KEEP_ALIVE)
  }
}

/**
 * Streams of `subscriptions/listen` that tell of lists only, written to node's responses directly:
 * thousands of clients listen, and mostly nothing happens.
 */
export class ListStreams {
  readonly #join: (audience: Audience) => () => void
  /** By the turn in which they have their comment. */
  readonly #turns: readonly Set<ListStream>[]
  readonly #counts = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #opened = 0
  #turn = 0

  /** @param join tells the audience of every change from now on, until what it returns is called */
  constructor(join: (audience: Audience) => () => void) {
    this.#join = join
    this.#turns = Array.from({ length: TURNS }, () => new Set<ListStream>())
    this.#timer = setInterval(() => this.#comment(), TURN_MS).unref()
  }

  countOf(server: string): number {
    return this.#counts.get(server) ?? 0
  }

  /** Answers with a stream, open until the client leaves or one of the methods here ends it. */
  open(about: Listening, outgoing: ServerResponse): void {
    if (outgoing.destroyed) return
    const { server, id, lists } = about
    const stream = new ListStream(about, outgoing)
    const turn = this.#turns[this.#opened++ % TURNS]!
    outgoing.once('close', () => this.#remove(stream, turn))
    outgoing.writeHead(200, HEADERS)
    outgoing.write(acknowledgement(id, lists))
    turn.add(stream)
    this.#counts.set(server, this.countOf(server) + 1)
    stream.leave = this.#join(stream)
  }

  /** Ends the streams of callers who are not any more what they were. */
  recheck(standing: Standing): void {
    this.#endWhere(({ about: { caller, server } }) => {
      const now = standing(caller, server)
      return !now || !isEqualStanding(now, caller)
    })
  }

  /** Ends the streams of a server, and says so. */
  endOf(server: string): void {
    this.#endWhere(
      ({ about }) => about.server === server,
      ({ about }) => completion(about.id, about.serverName),
    )
  }

  /** Ends all streams, and says so. */
  stop(): void {
    clearInterval(this.#timer)
    this.#endWhere(
      () => true,
      ({ about }) => completion(about.id, about.serverName),
    )
  }

  #endWhere(isOver: (stream: ListStream) => boolean, last?: (stream: ListStream) => string): void {
    for (const turn of this.#turns) {
      for (const stream of turn) {
        if (!isOver(stream)) continue
        this.#remove(stream, turn)
        stream.outgoing.end(last?.(stream))
      }
    }
  }

  #remove(stream: ListStream, turn: Set<ListStream>): void {
    if (!turn.delete(stream)) return
    stream.leave()
    const left = this.countOf(stream.server) - 1
    if (left > 0) this.#counts.set(stream.server, left)
    else this.#counts.delete(stream.server)
  }

  #comment(): void {
    this.#turn = (this.#turn + 1) % TURNS
    for (const stream of this.#turns[this.#turn]!) stream.comment()
  }
}
