import { OPERATOR_HEADER } from '../access/credential.ts'
import { loadSettings, readSecretFile } from '../config/load.ts'
import { messageOf } from '../errors/facet-error.ts'
import type { Problem } from '../errors/problem.ts'
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

const DEFAULT_PORT = 8420
const DEFAULT_DATABASE = 'data/facet.db'

/** Where the service is expected, and what is known here that opens it. */
interface Place {
  readonly url: string | undefined
  readonly database: string
  readonly adminToken: string | undefined
  readonly port: number
}

/**
 * Finds the service: `--server`, `FACET_SERVER`, the one that uses the local database, else the
 * local port. To the one of the local database it shows the operator's token as well.
 *
 * @throws {ConfigError} when the service is looked for by settings that cannot be used.
 */
export function createClient(options: ClientOptions): Client {
  const place = placeOf(options)
  const local = readServiceFile(place.database)
  const found = place.url ?? local?.url ?? `http://127.0.0.1:${place.port}`
  const url = found.replace(/\/$/, '')
  const headers: Record<string, string> = {
    ...(place.adminToken ? { authorization: `Bearer ${place.adminToken}` } : {}),
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

/** The database of the service on this machine. */
export function databaseOf(options: ClientOptions): string {
  return placeOf(options).database
}

/**
 * The settings of `facet serve` in this folder tell where the local service is. A service that was
 * named gets no token from the configuration file: that one belongs to the local service.
 */
function placeOf({ server, database }: ClientOptions): Place {
  const { env } = process
  const url = server ?? env.FACET_SERVER
  if (url !== undefined) {
    return {
      url,
      database: database ?? env.FACET_DATABASE ?? DEFAULT_DATABASE,
      adminToken: env.FACET_ADMIN_TOKEN ?? readSecretFile(env, 'FACET_ADMIN_TOKEN'),
      port: DEFAULT_PORT,
    }
  }
  const flags = database === undefined ? {} : { database }
  const { settings } = loadSettings({ environment: env, flags })
  return {
    url,
    database: settings.database,
    adminToken: settings.admin_token,
    port: settings.port || DEFAULT_PORT,
  }
}

function explain(status: number, text: string): string {
  if (status === 401) {
    return 'The service wants a credential: set FACET_ADMIN_TOKEN to the admin token, or to a key.'
  }
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
