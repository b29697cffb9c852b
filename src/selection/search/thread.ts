import { Worker } from 'node:worker_threads'
import type { Found, SearchRequest, SearchResponse } from './protocol.ts'

/** A running search thread. */
export interface SearchThread {
  /** Why it is of no use any more; undefined while it works. */
  readonly failure: Error | undefined
  tell(request: Exclude<SearchRequest, { method: 'find' }>): void
  find(request: Omit<Extract<SearchRequest, { method: 'find' }>, 'id' | 'method'>): Promise<Found>
  stop(): Promise<void>
}

export function startSearchThread(): SearchThread {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url))
  // A search nobody waits for does not keep the process alive.
  worker.unref()
  const waiting = new Map<number, PromiseWithResolvers<Found>>()
  let failure: Error | undefined
  let nextId = 0
  const fail = (error: Error) => {
    failure ??= error
    for (const { reject } of waiting.values()) reject(failure)
    waiting.clear()
  }
  worker.on('message', (response: SearchResponse) => {
    const waiter = waiting.get(response.id)
    waiting.delete(response.id)
    if (waiting.size === 0) worker.unref()
    if ('error' in response) waiter?.reject(new Error(response.error))
    else waiter?.resolve(response.found)
  })
  worker.on('error', (error) => fail(error as Error))
  worker.on('exit', () => fail(new Error('search is closed')))
  return {
    get failure() {
      return failure
    },
    tell: (request) => worker.postMessage(request),
    find(request) {
      if (failure) return Promise.reject(failure)
      const waiter = Promise.withResolvers<Found>()
      const id = nextId++
      waiting.set(id, waiter)
      worker.ref()
      worker.postMessage({ method: 'find', id, ...request } satisfies SearchRequest)
      return waiter.promise
    },
    stop: async () => void (await worker.terminate()),
  }
}
