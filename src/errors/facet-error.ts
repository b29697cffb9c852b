import { ERRORS, type ErrorCode } from './catalogue.ts'

/** One thing that is wrong with a request: where it is and what to do about it. */
export interface ErrorItem {
  /** Where in the body or the query, such as `rules[0].filter`. */
  readonly path: string
  readonly message: string
  /** A finer code, such as the filter code. */
  readonly code?: string
  /** For filters: the offset of the first wrong character. */
  readonly position?: number
}

/**
 * A failure with a stable code, thrown by every part of Facet and turned into a problem document
 * (HTTP), a JSON-RPC error (MCP) or an exit message (CLI) at the edge. `message` is for people
 * and never holds a secret.
 */
export class FacetError extends Error {
  override readonly name = 'FacetError'
  readonly code: ErrorCode
  readonly errors: readonly ErrorItem[]
  /** What a program can act on, such as `retry_after` in seconds. */
  readonly details: Readonly<Record<string, string | number>>

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      errors?: readonly ErrorItem[]
      details?: Readonly<Record<string, string | number>> | undefined
      cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.errors = options.errors ?? []
    this.details = options.details ?? {}
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
