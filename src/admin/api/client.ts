import { type ClientResponse, hc } from 'hono/client'
import type { App } from '../../http/app.ts'
import { ApiError, problemOf } from './problem.ts'

/** The REST API, typed by its route definitions. */
export const api = hc<App>(location.origin)

// biome-ignore lint/suspicious/noExplicitAny: the status and the format do not matter here
type Reply<T> = ClientResponse<T, any, any>

/**
 * The body of an answer.
 *
 * @throws {ApiError} for a problem, and when the service cannot be reached.
 */
export async function read<T>(request: Promise<Reply<T>>): Promise<T> {
  const response = await request.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'unreachable', 'The service does not answer. Is it still running?')
  })
  if (!response.ok) throw await problemOf(response)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** Options of a request whose body the routes document but do not type. */
export function body(value: unknown, signal?: AbortSignal) {
  return {
    init: {
      body: JSON.stringify(value),
      headers: { 'content-type': 'application/json' },
      ...(signal ? { signal } : {}),
    },
  }
}
