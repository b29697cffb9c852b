import { AsyncLocalStorage } from 'node:async_hooks'
import { InMemoryServerEventBus, type ServerEvent } from '@modelcontextprotocol/server'
import type { Caller } from '../access/caller.ts'

type Listener = (event: ServerEvent) => void

/** The resources one stream watches: told where to deliver when the stream opens. */
export interface StreamWatch {
  opened(deliver: (uri: string) => void): void
  close(): void
}

/** A stream that is being opened: whose it is, and what it watches. */
export interface OpeningStream {
  readonly caller: Caller
  readonly watch?: StreamWatch
}

/** The stream that is being opened in this asynchronous context. */
export const openingStream = new AsyncLocalStorage<OpeningStream>()

/**
 * Bus of one server that tells when streams come and go. Nothing goes over it: each stream hears of
 * the lists and resources that its own caller may see.
 */
export class WatchedBus extends InMemoryServerEventBus {
  readonly #opened: (caller: Caller, listener: Listener) => () => void

  constructor(opened: (caller: Caller, listener: Listener) => () => void) {
    super()
    this.#opened = opened
  }

  override subscribe(listener: Listener): () => void {
    const unsubscribe = super.subscribe(listener)
    const opening = openingStream.getStore()
    const leave = opening && this.#opened(opening.caller, listener)
    opening?.watch?.opened((uri) => listener({ kind: 'resource_updated', uri }))
    return () => {
      unsubscribe()
      leave?.()
      opening?.watch?.close()
    }
  }
}
