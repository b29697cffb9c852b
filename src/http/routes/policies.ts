import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { create, patch, present, remove, replace } from '../../access/definitions/write.ts'
import { policyInput } from '../../access/policies/definition.ts'
import { agentRules } from '../../access/policies/import/agent-rules.ts'
import { importPolicies } from '../../access/policies/import/import-policies.ts'
import { policyWriting } from '../../access/policies/write-policies.ts'
import type { Env, HttpContext } from '../context.ts'
import { etag, ifMatch, json, jsonBody } from '../reply.ts'
import {
  flagParam,
  idParam,
  ifMatchHeader,
  jsonContent,
  mergePatchBody,
  problems,
} from '../schemas/common.ts'
import { importedSchema, policySchema } from '../schemas/policy.ts'
import { refuseInvalid } from './refuse-invalid.ts'

const tags = ['policies']
const one = jsonContent(policySchema, 'The policy')
const body = { required: true, content: { 'application/json': { schema: policyInput } } }
const wrong = ['invalid_request', 'invalid_json', 'invalid_filter'] as const
const refused = ['not_found', 'managed_by_config', 'precondition_failed'] as const

/** Routes that make, read, change and delete policies. */
export function policyRoutes({ resolution, sources }: HttpContext) {
  const { policies, servers } = resolution
  const writing = policyWriting(policies)
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
    .openapi(
      createRoute({
        method: 'get',
        'x-access': 'admin',
        path: '/policies',
        tags,
        summary: 'List policies',
        responses: {
          200: jsonContent(z.object({ policies: z.array(policySchema) }), 'In order of their ids'),
        },
      }),
      (c) => json(c, { policies: policies.all().map(present) }),
    )
    .openapi(
      createRoute({
        method: 'post',
        'x-access': 'admin',
        path: '/policies',
        tags,
        summary: 'Make a policy',
        request: { body },
        responses: { 201: one, ...problems(...wrong, 'id_taken') },
      }),
      async (c) => {
        const policy = await create(writing, await jsonBody(c))
        const headers = { location: `/policies/${policy.id}`, ...etag(policy.version) }
        return json(c, present(policy), 201, headers)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        'x-access': 'admin',
        path: '/policies/import',
        tags,
        summary: 'Make policies of access rules for agents, instead of those imported before',
        request: {
          query: z.object({ dry_run: flagParam }),
          body: { required: true, content: { 'application/json': { schema: agentRules } } },
        },
        responses: {
          200: jsonContent(importedSchema, 'What became of which policy, and what it says now'),
          ...problems(...wrong, 'id_taken'),
        },
      }),
      async (c) => {
        const place = {
          policies,
          sources: sources.all().map(({ record }) => record.id),
          servers: servers.all().map(({ id, definition }) => ({ id, access: definition.access })),
        }
        const isDry = c.req.query('dry_run') === 'true'
        return json(c, await importPolicies(place, await jsonBody(c), isDry))
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        'x-access': 'admin',
        path: '/policies/{id}',
        tags,
        summary: 'Read a policy',
        request: { params: idParam },
        responses: { 200: one, ...problems('not_found') },
      }),
      (c) => {
        const policy = policies.get(c.req.valid('param').id)
        return json(c, present(policy), 200, etag(policy.version))
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        'x-access': 'admin',
        path: '/policies/{id}',
        tags,
        summary: 'Replace a policy',
        request: { params: idParam, headers: ifMatchHeader, body },
        responses: { 200: one, ...problems(...wrong, ...refused) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const policy = await replace(writing, id, await jsonBody(c), ifMatch(c))
        return json(c, present(policy), 200, etag(policy.version))
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        'x-access': 'admin',
        path: '/policies/{id}',
        tags,
        summary: 'Change a policy by a merge patch',
        request: { params: idParam, headers: ifMatchHeader, body: mergePatchBody },
        responses: { 200: one, ...problems(...wrong, ...refused) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const policy = await patch(writing, id, await jsonBody(c), ifMatch(c))
        return json(c, present(policy), 200, etag(policy.version))
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        'x-access': 'admin',
        path: '/policies/{id}',
        tags,
        summary: 'Delete a policy',
        request: { params: idParam, headers: ifMatchHeader },
        responses: { 204: { description: 'Deleted' }, ...problems(...refused) },
      }),
      async (c) => {
        await remove(writing, c.req.valid('param').id, ifMatch(c))
        return c.body(null, 204)
      },
    )
}
