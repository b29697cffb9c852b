import { beforeAll, describe, expect, it } from 'vitest'
import { createFacet, type Facet } from '../../src/main.ts'
import { bearer } from '../support/accounts.ts'
import { testSettings } from '../support/facet.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'
import { MODERN } from '../support/mcp.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'

/**
 * Who may use every route. Written out here, and not read from the routes: a route that changes
 * what it asks for, and a new one, must be looked at by somebody.
 */
const ROUTES: Readonly<Record<'open' | 'self' | 'use' | 'read' | 'write' | 'admin', string>> = {
  open: `
    GET /health
    GET /health/ready
    GET /
    GET /admin
    GET /admin/
    GET /admin/:page{.+}
    GET /admin/assets/:file
    POST /session
    DELETE /session
    GET /.well-known/oauth-protected-resource
    GET /.well-known/oauth-protected-resource/mcp
    GET /.well-known/oauth-protected-resource/dynamic/:id/mcp
    GET /oauth/callback
    GET /oauth/client-metadata.json`,
  self: 'GET /me GET /me/usage GET /me/hidden PUT /me/hidden/:id DELETE /me/hidden/:id',
  use: `
    GET /dynamic/:id/tools
    GET /dynamic/:id/prompts
    GET /dynamic/:id/resources
    GET /dynamic/:id/resource_templates
    GET /dynamic/:id/catalog
    GET /dynamic/:id/clients
    ALL /dynamic/:id/mcp
    ALL /mcp`,
  read: `
    GET /health/detailed
    GET /stats
    GET /filters/vocabulary
    GET /openapi.json
    GET /docs
    GET /docs/start.js
    GET /docs/:file
    GET /tags
    GET /sources
    GET /sources/:id
    GET /dynamic
    GET /dynamic/:id
    POST /dynamic/preview
    POST /dynamic/:id/preview
    GET /dynamic/:id/explain
    POST /explain
    GET /dynamic/:id/pending
    GET /dynamic/:id/versions
    GET /dynamic/:id/versions/:version
    GET /dynamic/:id/versions/compare
    GET /dynamic/:id/selection
    ${entries('GET', '')} ${entries('GET', '/:id')}`,
  write: `
    POST /tags/apply
    POST /sources/:id/sync
    POST /dynamic
    PUT /dynamic/:id
    PATCH /dynamic/:id
    DELETE /dynamic/:id
    POST /dynamic/:id/activate
    POST /dynamic/:id/deactivate
    POST /dynamic/:id/refresh
    POST /dynamic/:id/rollback
    POST /dynamic/:id/pending/approve
    POST /dynamic/:id/pending/reject
    POST /dynamic/:id/rejudge
    ${entries('POST', '')} ${entries('PATCH', '/:id')} ${entries('PUT', '/:id')} ${entries('DELETE', '/:id')}`,
  admin: `
    GET /metrics
    GET /events
    GET /events/export
    GET /events/sinks
    POST /events/sinks/:name/start
    POST /events/sinks/:name/stop
    GET /usage
    POST /sources
    POST /sources/import
    PATCH /sources/:id
    DELETE /sources/:id
    DELETE /sources/:id/authorization
    GET /users
    POST /users
    GET /users/:id
    PATCH /users/:id
    DELETE /users/:id
    GET /users/:id/keys
    POST /users/:id/keys
    POST /users/:id/reset
    DELETE /keys/:id
    GET /policies
    POST /policies
    POST /policies/explain
    POST /policies/preview
    POST /policies/import
    GET /policies/:id
    PUT /policies/:id
    PATCH /policies/:id
    DELETE /policies/:id
    GET /guards
    POST /guards
    GET /guards/:id
    PUT /guards/:id
    PATCH /guards/:id
    DELETE /guards/:id
    GET /guards/:id/status
    POST /guards/:id/lock
    POST /guards/:id/reset`,
}

function entries(method: string, rest: string): string {
  return ['tools', 'prompts', 'resources', 'resource_templates']
    .map((noun) => `${method} /${noun}${rest}`)
    .join('\n')
}

const EXPECTED = new Map(
  Object.entries(ROUTES).flatMap(([right, text]) =>
    [...text.matchAll(/([A-Z]+) (\/\S*)/g)].map(([, method, path]) => [`${method} ${path}`, right]),
  ),
)

const METHODS = [
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
]

const BASE = 'https://facet.example'
const SERVER = '/dynamic/mine/mcp'

let facet: Facet
let issuer: Issuer
let now = new Date()
/** Headers of everybody the matrix knows. */
const WHO: Record<string, Record<string, string>> = { 'no credential': {}, bad: bearer('wrong') }

const REFUSED = ['no credential', 'bad', 'expired', 'revoked', 'disabled', 'wrong audience']

/** The rights of each caller that is let in. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  'free role': ['self'],
  client: ['self', 'use'],
  token: ['self', 'use'],
  viewer: ['self', 'use', 'read'],
  editor: ['self', 'use', 'read', 'write'],
  admin: ['self', 'use', 'read', 'write', 'admin'],
  'admin token': ['self', 'use', 'read', 'write', 'admin'],
}

async function send(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const response = await facet.app.request(`http://127.0.0.1${path}`, {
    method,
    headers: {
      host: '127.0.0.1',
      ...(body === undefined
        ? {}
        : {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
          }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (isStream) {
    await response.body?.cancel()
    return { status: response.status, text: '' }
  }
  return { status: response.status, text: await response.text() }
}

beforeAll(async () => {
  issuer = await startIssuer({ keep: true })
  const settings = testSettings({
    admin_token: ADMIN_TOKEN,
    public_url: BASE,
    auth: { jwt: [issuer.settings] },
    log_level: 'silent',
  })
  facet = await createFacet({ settings, environment: {}, now: () => now })
  const ask = async (method: string, path: string, body?: unknown) =>
    JSON.parse((await send(method, path, bearer(ADMIN_TOKEN), body)).text || '{}')
  for (const id of ['mine', 'theirs']) {
    await ask('POST', '/dynamic', { id, name: id, rules: [{ type: 'tool', filter: 'true' }] })
  }
  const keyOf = async (id: string, roles: string[], key: object = {}) => {
    await ask('POST', '/users', { id, name: id, roles })
    return ask('POST', `/users/${id}/keys`, key) as Promise<{ id: string; key: string }>
  }
  for (const role of ['client', 'viewer', 'editor', 'admin']) {
    WHO[role] = bearer((await keyOf(`a-${role}`, [role])).key)
  }
  WHO['free role'] = bearer((await keyOf('free', ['risk-team'])).key)
  WHO['wrong server'] = bearer((await keyOf('narrow', ['editor'], { servers: ['theirs'] })).key)
  WHO['admin token'] = bearer(ADMIN_TOKEN)
  WHO.expired = bearer((await keyOf('late', ['admin'], { expires_in_days: 1 })).key)
  now = new Date(now.getTime() + 2 * 24 * 60 * 60 * 1000)
  const exp = Math.floor(now.getTime() / 1000) + 600
  WHO['wrong audience'] = bearer(await issuer.token({ sub: 'x', aud: 'https://else.example', exp }))
  const aud = [BASE, BASE + SERVER, `${BASE}/mcp`]
  WHO.token = bearer(await issuer.token({ sub: 'x', aud, exp }))
  const revoked = await keyOf('revoked', ['admin'])
  await ask('DELETE', `/keys/${revoked.id}`)
  WHO.revoked = bearer(revoked.key)
  WHO.disabled = bearer((await keyOf('disabled', ['admin'])).key)
  await ask('PATCH', '/users/disabled', { disabled: true })
  return () => {
    issuer.close()
    return facet.close()
  }
})

/** A request to a route that finds nothing to change. */
function requestTo(name: string): [string, string] {
  const [method, path] = name.split(' ') as [string, string]
  const isUse = EXPECTED.get(name) === 'use'
  const address = path
    .replace('/dynamic/:id', `/dynamic/${isUse ? 'mine' : 'nobodys'}`)
    .replace(/:\w+(\{[^}]+\})?/g, 'nothing')
  return [method === 'ALL' ? 'POST' : method, address]
}

describe('the access matrix', () => {
  it('has a row for every route, and for no other', () => {
    const served = facet.app.routes
      .filter(({ path }) => !path.endsWith('*'))
      .map(({ method, path }) => `${method} ${path}`)
    expect([...EXPECTED.keys()].sort()).toEqual([...new Set(served)].sort())
  })

  it.each([...REFUSED, 'wrong server', ...Object.keys(MAY)])('%s', async (who) => {
    const headers = WHO[who]!
    for (const [name, right] of EXPECTED) {
      const [method, path] = requestTo(name)
      const { status } = await send(method, path, headers, method === 'GET' ? undefined : {})
      const found = status === 401 || status === 403 ? status : 'in'
      let expected: 401 | 403 | 'in' = 'in'
      if (right !== 'open' && REFUSED.includes(who)) expected = 401
      else if (right !== 'open' && who === 'wrong server') {
        const isOfServer = path.startsWith('/dynamic/') && path !== '/dynamic/preview'
        if (right === 'admin' || !(isOfServer || path === '/mcp' || right === 'self'))
          expected = 403
        if (right === 'use') expect([name, status]).toEqual([name, 404])
      } else if (right !== 'open' && !MAY[who]?.includes(right)) expected = 403
      expect([name, found]).toEqual([name, expected])
    }
  })

  it.each([...REFUSED, 'wrong server', ...Object.keys(MAY)])('%s, over MCP', async (who) => {
    const unknown = await send('POST', '/dynamic/nobodys/mcp', WHO.client!, {})
    for (const method of METHODS) {
      const meta = {
        'io.modelcontextprotocol/protocolVersion': MODERN,
        'io.modelcontextprotocol/clientCapabilities': {},
      }
      const params = { name: 'x', uri: 'x:y', notifications: {}, _meta: meta }
      const eras: Record<string, string>[] = [
        {},
        { 'mcp-protocol-version': MODERN, 'mcp-method': method, 'mcp-name': 'x' },
      ]
      for (const era of eras) {
        const message = { jsonrpc: '2.0', id: 1, method, params }
        const { status, text } = await send('POST', SERVER, { ...era, ...WHO[who]! }, message)
        if (who === 'wrong server') {
          expect([method, status, text]).toEqual([
            method,
            404,
            unknown.text.replaceAll('nobodys', 'mine'),
          ])
          continue
        }
        const found = [401, 403].includes(status) ? status : 'in'
        const allowed = MAY[who]?.includes('use') ? 'in' : 403
        expect([method, found]).toEqual([method, REFUSED.includes(who) ? 401 : allowed])
      }
    }
  })
})
