import { AsyncLocalStorage } from 'node:async_hooks'
import { InMemoryServerEventBus, type ServerEvent } from '@modelcontextprotocol/server'

type Listener = (event: ServerEvent) => void

/** The resources one stream watches: told where to deliver when the stream opens. */
export interface StreamWatch {
  opened(deliver: (uri: string) => void): void
  close(): void
}

/** The watch of the stream that is being opened in this asynchronous context. */
export const openingWatch = new AsyncLocalStorage<StreamWatch>()

/**
 * Bus of one server that tells when streams come and go, to compare lists only while one is open.
 * Updates of resources do not go over it: each stream hears of those that its caller may see.
 */
export class WatchedBus extends InMemoryServerEventBus {
  readonly #opened: () => () => void
  #leave: (() => void) | undefined

  constructor(opened: () => () => void) {
    super()
    this.#opened = opened
  }

  override subscribe(listener: Listener): () => void {
    this.#leave ??= this.#opened()
    const unsubscribe = super.subscribe(listener)
    const watch = openingWatch.getStore()
    watch?.opened((uri) => listener({ kind: 'resource_updated', uri }))
    return () => {
      unsubscribe()
      watch?.close()
      if (this.listenerCount > 0) return
      this.#leave?.()
      this.#leave = undefined
    }
  }
}
