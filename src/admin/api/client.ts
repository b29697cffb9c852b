import { type ClientResponse, hc } from 'hono/client'
import type { App } from '../../http/app.ts'
import { onceForDoubleClick } from './double-click.ts'
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

/** The same, with the version its ETag names. @throws {ApiError} */
export async function readVersion<T>(request: Promise<Reply<T>>): Promise<T & { version: number }> {
  let tag: string | null = null
  const noted = request.then((response) => {
    tag = response.headers.get('etag')
    return response
  })
  const value = await read(noted)
  return { ...value, version: Number(String(tag).replaceAll('"', '')) }
}

/**
 * Asks what has no typed route, or sends a change. Bodies are checked by the service, which says
 * what is wrong and where.
 *
 * @throws {ApiError}
 */
export function send<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  value?: unknown,
  options: { signal?: AbortSignal; version?: number } = {},
): Promise<T> {
  const { signal, version } = options
  const body = value === undefined ? undefined : JSON.stringify(value)
  const ask = () => {
    const request = fetch(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
      },
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    })
    return read(request as Promise<Reply<T>>)
  }
  // What can be called off is a question, and asked as often as somebody types.
  return method === 'POST' && !signal
    ? onceForDoubleClick(`${path} ${body} ${version}`, ask)
    : ask()
}
