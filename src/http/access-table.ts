import type { OpenAPIHono } from '@hono/zod-openapi'
import { RIGHTS, type Right } from '../access/rights.ts'
import type { Env } from './context.ts'

/** Routes that are no REST and so have no description to declare a right in. */
const PLAIN: Readonly<Record<string, Right>> = {
  'ALL /mcp': 'use',
  'ALL /dynamic/:id/mcp': 'use',
  'GET /openapi.json': 'read',
  // Files that anybody may have: what the UI shows it asks for with a credential.
  'GET /': 'open',
  'GET /admin': 'open',
  'GET /admin/': 'open',
  'GET /admin/:page{.+}': 'open',
  'GET /admin/assets/:file': 'open',
  'GET /docs': 'read',
  'GET /docs/start.js': 'read',
  'GET /docs/:file': 'read',
}

/** `GET /tools/:id` and the right it asks for. */
export type AccessTable = ReadonlyMap<string, Right>

/**
 * The right every route asks for, as `x-access` in its description says.
 *
 * @throws {Error} for a route that declares none: nobody has thought about who may use it.
 */
export function accessTable(app: OpenAPIHono<Env>): AccessTable {
  const table = new Map<string, Right>(Object.entries(PLAIN))
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { method, path, 'x-access': right } = definition.route
    const name = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`
    if (!RIGHTS.includes(right)) {
      throw new Error(`${name} does not declare who may use it: 'x-access': ${RIGHTS.join(' | ')}`)
    }
    table.set(name, right)
  }
  for (const { method, path } of app.routes) {
    if (path.endsWith('*') || table.has(`${method} ${path}`)) continue
    throw new Error(`${method} ${path} does not declare who may use it.`)
  }
  return table
}
