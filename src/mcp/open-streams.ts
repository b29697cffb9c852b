import type { Caller } from '../access/caller.ts'
import { isEqualStanding, type Standing } from '../access/standing.ts'
import { endable } from './legacy/when-closed.ts'

interface OpenStream {
  readonly server: string
  readonly caller: Caller
  readonly end: () => void
}

/**
 * Streams of `subscriptions/listen` that are open. A stream shows what one caller was when it
 * opened; when that is over the stream ends, and its client asks again as whatever it is by then.
 */
export class OpenStreams {
  readonly #streams = new Set<OpenStream>()

  get size(): number {
    return this.#streams.size
  }

  keep(server: string, caller: Caller, response: Response): Response {
    const kept = endable(response, () => this.#streams.delete(stream))
    const stream = { server, caller, end: kept.end }
    if (response.body) this.#streams.add(stream)
    return kept.response
  }

  recheck(standing: Standing): void {
    for (const stream of this.#streams) {
      const now = standing(stream.caller, stream.server)
      if (!now || !isEqualStanding(now, stream.caller)) stream.end()
    }
  }
}
