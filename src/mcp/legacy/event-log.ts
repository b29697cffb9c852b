import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server'

interface Logged {
  readonly id: string
  readonly streamId: string
  readonly message: JSONRPCMessage
  readonly size: number
  readonly at: number
}

/** What one session may hold, in characters of JSON. */
const MAX_SIZE = 256 * 1024
const MAX_AGE_MS = 5 * 60 * 1000

/**
 * The latest messages of one session, for a client whose stream broke: it names the last one it
 * got and is sent those after it. What is too old or too large is not there any more.
 */
export class EventLog implements EventStore {
  #events: Logged[] = []
  #size = 0
  #next = 0

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    const id = `${streamId}_${this.#next++}`
    const size = JSON.stringify(message).length
    this.#events.push({ id, streamId, message, size, at: Date.now() })
    this.#size += size
    this.#forget()
    return id
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.#events.find((event) => event.id === id)?.streamId
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const last = this.#events.findIndex(({ id }) => id === lastEventId)
    const streamId = this.#events[last]?.streamId ?? ''
    for (const event of this.#events.slice(last + 1)) {
      // The first event of a stream only marks its beginning.
      const isMark = Object.keys(event.message).length === 0
      if (last >= 0 && event.streamId === streamId && !isMark) await send(event.id, event.message)
    }
    return streamId
  }

  #forget(): void {
    const oldest = Date.now() - MAX_AGE_MS
    let gone = 0
    while (gone < this.#events.length) {
      const { at, size } = this.#events[gone]!
      if (at >= oldest && this.#size <= MAX_SIZE) break
      this.#size -= size
      gone++
    }
    if (gone > 0) this.#events = this.#events.slice(gone)
  }
}
