import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { createAdminFiles } from '../admin-files.ts'
import type { Env } from '../context.ts'

/**
 * Scripts and styles come from the service or carry the nonce of this answer; nothing is loaded
 * from elsewhere, and no other page may frame this one.
 */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // Style attributes can run nothing; the editor places its marks with them.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Facet</title></head>
  <body>
    <h1>The admin UI is not built</h1>
    <p>Run <code>npm run build:admin</code> in the checkout, and reload this page.</p>
  </body>
</html>
`

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** The admin UI: one page for every address below /admin, and its scripts and styles. */
export function adminRoutes() {
  const files = createAdminFiles()
  return (
    new Hono<Env>()
      // Whoever opens the address the service prints as it starts is looking for this.
      .get('/', (c) => c.redirect('/admin'))
      .get('/admin/assets/:file', async (c) => {
        const file = await files.asset(c.req.param('file'))
        if (!file) return c.notFound()
        const zipped = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
        return c.body(zipped ? file.gzipped : file.plain, 200, {
          ...ALWAYS,
          'content-type': file.type,
          'cache-control': 'public, max-age=31536000, immutable',
          vary: 'accept-encoding',
          ...(zipped ? { 'content-encoding': 'gzip' } : {}),
        })
      })
      .on('GET', ['/admin', '/admin/', '/admin/:page{.+}'], async (c) => {
        const nonce = randomBytes(16).toString('base64')
        const page = await files.page(nonce)
        return c.html(page ?? NOT_BUILT, page === undefined ? 503 : 200, {
          ...ALWAYS,
          'content-security-policy': policy(nonce),
          'cache-control': 'no-store',
        })
      })
  )
}
