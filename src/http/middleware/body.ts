import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { FacetError } from '../../errors/facet-error.ts'

const MAX_BODY = 4 * 2 ** 20
const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json(?:;|$)/i

/** Bodies are JSON and bounded; a body of another type is refused rather than ignored. */
export const checkBody = createMiddleware(async (c, next) => {
  const length = c.req.header('content-length')
  const hasBody =
    (length !== undefined && length !== '0') || c.req.header('transfer-encoding') !== undefined
  const type = c.req.header('content-type')?.trim()
  if (hasBody && !JSON_TYPE.test(type ?? '')) {
    throw new FacetError(
      'unsupported_media_type',
      `Send JSON, with the header "content-type: application/json"${type ? `, not ${type}` : ''}.`,
    )
  }
  await next()
})

export const limitBody = bodyLimit({
  maxSize: MAX_BODY,
  onError: () => {
    throw new FacetError('payload_too_large', `A body has at most ${MAX_BODY} bytes.`)
  },
})
