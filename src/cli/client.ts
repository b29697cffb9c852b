import { messageOf } from '../errors/facet-error.ts'
import type { Problem } from '../errors/problem.ts'
import { OPERATOR_HEADER } from '../http/routes/sources.ts'
import { indent } from './failure.ts'
import { readServiceFile } from './service-file.ts'

/** Calls the running service. */
export interface Client {
  readonly url: string
  /** @throws {Error} with what the service said, for people. */
  request<T>(method: string, path: string, body?: unknown): Promise<T>
}

export interface ClientOptions {
  readonly server?: string | undefined
  readonly database?: string | undefined
}

const DEFAULT_URL = 'http://127.0.0.1:8420'
const DEFAULT_DATABASE = 'data/facet.db'

/**
 * Finds the service: `--server`, `FACET_SERVER`, the one that uses the local database, else the
 * default address. To the one of the local database it shows the operator's token as well.
 */
export function createClient(options: ClientOptions): Client {
  const database = options.database ?? process.env.FACET_DATABASE ?? DEFAULT_DATABASE
  const local = readServiceFile(database)
  const chosen = options.server ?? process.env.FACET_SERVER
  const url = (chosen ?? local?.url ?? DEFAULT_URL).replace(/\/$/, '')
  const token = process.env.FACET_ADMIN_TOKEN
  const headers: Record<string, string> = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(local && url === local.url ? { [OPERATOR_HEADER]: local.token } : {}),
  }
  return {
    url,
    async request<T>(method: string, path: string, body?: unknown): Promise<T> {
      const init: RequestInit = { method, headers }
      if (body !== undefined) {
        init.headers = { ...headers, 'content-type': 'application/json' }
        init.body = JSON.stringify(body)
      }
      const response = await fetch(url + path, init).catch((error: unknown) => {
        const cause = error instanceof Error && error.cause ? error.cause : error
        throw new Error(`Cannot reach the service at ${url} (${messageOf(cause)}). Is it running?`)
      })
      const text = await response.text()
      if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T
      throw new Error(explain(response.status, text))
    },
  }
}

function explain(status: number, text: string): string {
  if (status === 401) return 'The service wants a credential: set FACET_ADMIN_TOKEN.'
  try {
    const { detail, errors = [] } = JSON.parse(text) as Problem
    const items = errors
      .filter(({ message }) => message !== detail)
      .map(({ path, message }) => `\n  ${path}: ${indent(message)}`)
    return detail + items.join('')
  } catch {
    return `HTTP ${status}: ${text.slice(0, 200)}`
  }
}
