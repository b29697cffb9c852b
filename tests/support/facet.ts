import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { type Settings, settingsSchema } from '../../src/config/settings.ts'
import { createFacet, type Facet, type FacetOptions } from '../../src/main.ts'
import { checkAgainstDocument } from './openapi.ts'

export interface TestFacet {
  readonly facet: Facet
  readonly url: string
  /** Calls the service in process and checks the answer against /openapi.json. */
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>
  /** Like api, and fails unless the status is the expected one. */
  ok<T = Record<string, never>>(method: string, path: string, body?: unknown): Promise<T>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Tests look into bodies of many shapes; what they find is checked by their assertions.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
}

type Overrides = Partial<Parameters<typeof settingsSchema.parse>[0] & object> &
  Record<string, unknown>

export interface StartOptions {
  readonly settings?: Overrides
  readonly environment?: NodeJS.ProcessEnv
  readonly now?: () => Date
  /** Receives log lines. */
  readonly log?: (line: string) => void
  readonly listen?: boolean
  /** Credential of api and ok. */
  readonly as?: string
  readonly limits?: FacetOptions['limits']
  readonly maxStreams?: number
  readonly timing?: FacetOptions['timing']
}

export function testSettings(overrides: Overrides = {}): Settings {
  return settingsSchema.parse({
    database: ':memory:',
    rules: '/nonexistent/rules',
    port: 0,
    log_level: 'debug',
    ...overrides,
  })
}

/** Starts a Facet for one test and closes it afterwards. */
export async function startFacet(options: StartOptions = {}): Promise<TestFacet> {
  const lines = options.log
  const logger = pino(
    { level: lines ? 'trace' : 'silent' },
    { write: (line: string) => lines?.(line) },
  )
  const facet = await createFacet({
    settings: testSettings(options.settings),
    environment: options.environment ?? {},
    logger,
    ...(options.now ? { now: options.now } : {}),
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.maxStreams ? { maxStreams: options.maxStreams } : {}),
    ...(options.timing ? { timing: options.timing } : {}),
  })
  onTestFinished(() => facet.close())
  const url = options.listen ? (await facet.listen()).url : 'http://127.0.0.1'
  const api: TestFacet['api'] = async (method, path, body, headers = {}) => {
    const response = await facet.app.request(`http://127.0.0.1${path}`, {
      method,
      headers: {
        host: '127.0.0.1',
        ...(options.as === undefined ? {} : { authorization: `Bearer ${options.as}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /\bjson/.test(response.headers.get('content-type') ?? '')
    const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : undefined
    await checkAgainstDocument(facet, method, path, response, isJson ? parsed : text)
    return { status: response.status, headers: response.headers, text, body: parsed }
  }
  return {
    facet,
    url,
    api,
    async ok<T>(method: string, path: string, body?: unknown) {
      const answer = await api(method, path, body)
      if (answer.status >= 300)
        throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
      return answer.body as T
    },
  }
}
