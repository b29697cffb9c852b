import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Hono } from 'hono'
import type { Env } from '../context.ts'

const directory = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Facet HTTP API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true })\n`

/** The page loads nothing from elsewhere; the viewer styles itself inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The page that shows /openapi.json, from what npm installed. */
export function docsRoutes() {
  return new Hono<Env>()
    .get('/docs', (c) => c.html(PAGE, 200, { 'content-security-policy': POLICY }))
    .get('/docs/start.js', (c) => c.body(START, 200, { 'content-type': 'text/javascript' }))
    .get('/docs/:file', async (c) => {
      const file = c.req.param('file')
      if (!Object.hasOwn(FILES, file)) return c.notFound()
      const bytes = await readFile(join(directory, file))
      const headers = { 'content-type': FILES[file]!, 'cache-control': 'max-age=3600' }
      return c.body(new Uint8Array(bytes), 200, headers)
    })
}
