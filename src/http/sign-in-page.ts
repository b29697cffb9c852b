import { html } from 'hono/html'
import type { FacetError } from '../errors/facet-error.ts'

type Outcome = { readonly source: string } | { readonly error: FacetError }

/** What a browser shows at the end of a sign-in. Its address holds a code: nothing may keep it. */
export async function signInPage(outcome: Outcome): Promise<Response> {
  const failed = 'error' in outcome
  const title = failed ? 'Not signed in' : 'Signed in'
  const message = failed
    ? `${outcome.error.message} Open the source again to see where to sign in.`
    : `The source ${outcome.source} is signed in. You can close this page.`
  const page = html`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
  <body><main><h1>${title}</h1><p>${message}</p><p><a href="/admin/sources">Sources</a></p></main></body>
</html>
`
  return new Response(String(await page), {
    status: failed ? outcome.error.status : 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    },
  })
}
