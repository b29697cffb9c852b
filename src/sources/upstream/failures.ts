import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client'
import { FacetError, messageOf } from '../../errors/facet-error.ts'
import { mask, type OpenTransport } from './transport.ts'

/** Why a connection closed, with what a command said last. */
export function farewell(opened: OpenTransport): string {
  const words = mask(opened.lastWords(), opened.secretValues)
  return words ? `the connection closed; it said: ${words}` : 'the connection closed'
}

/** The reason a connection failed, in one line and without secrets. */
export function explain(error: unknown, opened: OpenTransport): string {
  const reasons = new Set<string>()
  for (let cause = error; cause !== undefined && reasons.size < 5; ) {
    reasons.add(saysPage(cause) ? noEndpoint(cause.status) : messageOf(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  if (error instanceof SdkHttpError && error.status === 401) reasons.add(WANTS_CREDENTIAL)
  const words = opened.lastWords()
  const text = [...reasons].filter(Boolean).join(': ') + (words ? `; it said: ${words}` : '')
  return mask(text, opened.secretValues)
}

/** Markup is for browsers: nobody finds the reason in it. */
function saysPage(error: unknown): error is SdkHttpError {
  return error instanceof SdkHttpError && /:\s*<(?:!doctype|html)/i.test(error.message)
}

const noEndpoint = (status: number) =>
  `it answered with status ${status} and a web page: is this the address of an MCP endpoint?`

const WANTS_CREDENTIAL =
  'it wants a credential (401): a header, or to be signed in at with transport.auth'

export function unavailable(error: unknown): FacetError {
  if (error instanceof FacetError) return error
  return new FacetError('source_unavailable', messageOf(error), { cause: error })
}

/** A refusal that the transport before Streamable HTTP may mend; what it says has no secrets. */
export class StreamableRefused extends Error {
  readonly told: FacetError

  constructor(told: FacetError) {
    super(told.message)
    this.told = told
  }
}

/** The transport before Streamable HTTP answers a POST to its address with one of these. */
export function refusesStreamable(error: unknown): boolean {
  return error instanceof SdkHttpError && [400, 404, 405, 406, 415].includes(error.status)
}

/** An upstream may repeat the credential it did not like. */
export function withoutSecrets(
  error: ProtocolError,
  { secretValues }: OpenTransport,
): ProtocolError {
  const message = mask(error.message, secretValues)
  return message === error.message ? error : new ProtocolError(error.code, message)
}

/** There was no answer to pass on. A lost connection is noted, so that it is made anew. */
export function noAnswer(
  error: unknown,
  opened: OpenTransport,
  closed: { resolve(reason: Error): void },
): FacetError {
  const message = explain(error, opened)
  // A refusal of the request says nothing against the connection.
  if (error instanceof FacetError && error.code === 'upstream_failed') {
    return new FacetError('upstream_failed', message)
  }
  const code = error instanceof SdkError ? error.code : undefined
  if (code === SdkErrorCode.RequestTimeout) return new FacetError('upstream_timeout', message)
  const answered = code !== undefined && !LOST.has(code)
  const lostSession = error instanceof SdkHttpError && error.status === 404
  if (answered && !lostSession) return new FacetError('upstream_failed', message)
  closed.resolve(new Error(message))
  return new FacetError('source_unavailable', message, lostSession ? { cause: error } : {})
}

/** Whether a request was not even looked at, because the upstream has no such session any more. */
export function isLostSession(error: unknown): boolean {
  const cause = error instanceof FacetError ? error.cause : undefined
  return cause instanceof SdkHttpError && cause.status === 404
}

/** Errors after which no further request can succeed on the same connection. */
const LOST: ReadonlySet<SdkErrorCode> = new Set([
  SdkErrorCode.NotConnected,
  SdkErrorCode.ConnectionClosed,
  SdkErrorCode.SendFailed,
])
