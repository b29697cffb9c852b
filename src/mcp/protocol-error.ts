import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { FacetError } from '../errors/facet-error.ts'

/** Code of "resource not found" before 2026-07-28; the current one is Invalid Params. */
const OLD_RESOURCE_NOT_FOUND = -32002

/** Codes that mean: the request itself is wrong. */
const INVALID_PARAMS = new Set(['not_found', 'invalid_request', 'invalid_cursor'])

/**
 * Whatever was thrown, as the error a client gets. What an upstream answered goes through as it
 * is; what went wrong inside says nothing but that.
 */
export function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) {
    if (error.code !== OLD_RESOURCE_NOT_FOUND) return error
    return new ProtocolError(ProtocolErrorCode.InvalidParams, error.message, error.data)
  }
  if (error instanceof FacetError) {
    const invalid = INVALID_PARAMS.has(error.code)
    const code = invalid ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError
    return new ProtocolError(code, error.message, { ...error.details, code: error.code })
  }
  return new ProtocolError(ProtocolErrorCode.InternalError, 'Internal error')
}
