import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono } from 'hono'
import type { Env } from '../context.ts'
import { type VIEWER_FILES, viewerDirectory } from '../docs-viewer.ts'

const TYPES: Readonly<Record<(typeof VIEWER_FILES)[number], string>> = {
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

const isViewerFile = (file: string): file is keyof typeof TYPES => Object.hasOwn(TYPES, file)

/** The page that shows /openapi.json, from files of our own. */
export function docsRoutes() {
  const directory = viewerDirectory()
  return new Hono<Env>()
    .get('/docs', (c) => c.html(PAGE, 200, { 'content-security-policy': POLICY }))
    .get('/docs/start.js', (c) => c.body(START, 200, { 'content-type': 'text/javascript' }))
    .get('/docs/:file', async (c) => {
      const file = c.req.param('file')
      if (!isViewerFile(file)) return c.notFound()
      const bytes = await readFile(join(directory, file))
      const headers = { 'content-type': TYPES[file], 'cache-control': 'max-age=3600' }
      return c.body(new Uint8Array(bytes), 200, headers)
    })
}
