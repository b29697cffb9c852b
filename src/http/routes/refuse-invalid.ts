import type { Hook } from '@hono/zod-openapi'
import { errorItems } from '../../catalog/verbs.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Env } from '../context.ts'

const PLACES: Readonly<Record<string, string>> = {
  json: 'body',
  query: 'query',
  param: 'path',
  header: 'header',
}

/** Turns what does not fit the schema of a route into a problem document. */
export const refuseInvalid: Hook<unknown, Env, string, undefined> = (result) => {
  if (result.success) return
  const place = PLACES[result.target] ?? result.target
  throw new FacetError('invalid_request', `The ${place} of the request is not valid.`, {
    errors: errorItems(result.error),
  })
}
