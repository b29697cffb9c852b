import { messageOf } from '../../errors/facet-error.ts'
import { cleanReason } from '../text/clean.ts'

/** How asking a model can fail. */
export type ModelErrorKind =
  | 'timeout'
  | 'connection'
  | 'unauthorized'
  | 'rate_limited'
  | 'server_error'
  | 'rejected'
  | 'truncated'
  | 'context_truncated'
  | 'unparseable'
  | 'refusal'
  | 'breaker_open'
  | 'over_budget'
  | 'aborted'

/** A model gave no answer that can be used. Its message is for people and holds no secret. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly kind: ModelErrorKind
  readonly retryAfterMs: number | undefined

  constructor(kind: ModelErrorKind, message: string, retryAfterMs?: number) {
    super(message)
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }
}

/** Kinds that may well go away by themselves within seconds. */
export const TRANSIENT: ReadonlySet<ModelErrorKind> = new Set([
  'timeout',
  'connection',
  'rate_limited',
  'server_error',
])

interface HttpFailure {
  readonly status?: unknown
  readonly headers?: unknown
  readonly cause?: unknown
}

/** Turns what an SDK throws into a ModelError. */
export function toModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error
  const { status, headers, cause } = error as HttpFailure
  if (typeof status !== 'number') {
    return cause instanceof ModelError
      ? cause
      : new ModelError('connection', `The provider cannot be reached${reasonOf(error)}.`)
  }
  // What a provider says about a wrong key may repeat the key.
  if (status === 401 || status === 403) {
    return new ModelError('unauthorized', `The provider refuses the key (HTTP ${status}).`)
  }
  const said = `HTTP ${status}: ${detail(error)}`
  if (status === 408) return new ModelError('timeout', said)
  if (status === 429) return new ModelError('rate_limited', said, retryAfter(headers))
  if (status >= 500) return new ModelError('server_error', said, retryAfter(headers))
  return new ModelError('rejected', said)
}

/** By its code: the message of such an error says the address, which is nobody's business. */
function reasonOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code } = one as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return ` (${code})`
  }
  return ''
}

/** Text of a provider: untrusted, like a model's. */
function detail(error: unknown): string {
  return cleanReason(messageOf(error)) || 'no reason given'
}

function retryAfter(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined
  const ms = Number(headers.get('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(ms) && ms >= 0) return ms
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
