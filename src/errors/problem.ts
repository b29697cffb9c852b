import { ERRORS } from './catalogue.ts'
import type { ErrorItem, FacetError } from './facet-error.ts'

/** A problem document as RFC 9457 defines it, with Facet's `code` and `errors`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors?: readonly ErrorItem[]
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

export function problemOf(error: FacetError): Problem {
  const { status, title } = ERRORS[error.code]
  return {
    type: `urn:facet:error:${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
  }
}
