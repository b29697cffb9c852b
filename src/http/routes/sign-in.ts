import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { FacetError } from '../../errors/facet-error.ts'
import {
  CALLBACK_PATH,
  CLIENT_METADATA_PATH,
  clientMetadataDocument,
} from '../../sources/oauth/client-metadata.ts'
import type { Env, HttpContext } from '../context.ts'
import { json } from '../reply.ts'
import { idParam, jsonContent, problems } from '../schemas/common.ts'
import { signInPage } from '../sign-in-page.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['sources']
const text = z.string().optional()

/** Signing in at the authorization servers of upstreams. */
export function signInRoutes({ sources, resources }: HttpContext) {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        path: CALLBACK_PATH,
        // A browser comes here from the authorization server: what lets it in is its state.
        'x-access': 'open',
        tags,
        summary: 'Where an authorization server sends the browser back to',
        request: {
          query: z.object({
            state: text,
            code: text,
            iss: text,
            error: text,
            error_description: text,
          }),
        },
        responses: {
          200: {
            description: 'The source is signed in',
            content: { 'text/html': { schema: z.string() } },
          },
          ...problems('sign_in_unknown', 'sign_in_failed'),
        },
      }),
      async (c) => {
        const answer = new URL(c.req.url).searchParams
        const wantsPage = c.req.header('accept')?.includes('text/html') ?? false
        try {
          return signInPage({ source: await sources.finishSignIn(answer) })
        } catch (error) {
          if (!wantsPage || !(error instanceof FacetError)) throw error
          return signInPage({ error })
        }
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: CLIENT_METADATA_PATH,
        'x-access': 'open',
        tags,
        summary: 'What the service is to authorization servers: its client id metadata document',
        responses: {
          200: jsonContent(
            z.looseObject({ client_id: z.string(), redirect_uris: z.array(z.string()) }),
            'The document; its address is the client id',
          ),
          ...problems('not_found'),
        },
      }),
      (c) => {
        const document = clientMetadataDocument(resources.resourceOf(undefined))
        if (document) return json(c, document, 200, { 'cache-control': 'public, max-age=3600' })
        throw new FacetError('not_found', 'Only a service with an https public_url has one.')
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/sources/{id}/authorization',
        'x-access': 'admin',
        tags,
        summary: 'Forget what an authorization server gave for a source, and begin again',
        request: { params: idParam },
        responses: { 204: { description: 'Forgotten' }, ...problems('not_found') },
      }),
      async (c) => {
        await sources.signOut(c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
}
