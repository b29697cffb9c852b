import { AsyncLocalStorage } from 'node:async_hooks'
import type { JsonObject } from '../../store/ports.ts'

/** How a call ended. */
export type Outcome = { readonly result: JsonObject } | { readonly error: unknown }

const prepared = new AsyncLocalStorage<{ outcome: Outcome | undefined }>()

/**
 * Has a request that was run already, and whose answer is anything but plain, answered the long
 * way: the handler that would run it takes the outcome instead, once.
 */
export function withPrepared(outcome: Outcome, serve: () => void): void {
  prepared.run({ outcome }, serve)
}

/** The outcome of the request that is being answered, when it was run already. */
export function takePrepared(): Outcome | undefined {
  const store = prepared.getStore()
  const outcome = store?.outcome
  if (store) store.outcome = undefined
  return outcome
}
