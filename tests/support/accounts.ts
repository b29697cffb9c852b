import type { TestFacet } from './facet.ts'
import { ADMIN_TOKEN } from './openapi.ts'

export const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` }
export const WITH_ADMIN = { as: ADMIN_TOKEN, settings: { admin_token: ADMIN_TOKEN } }

export const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

export interface MadeKey {
  readonly id: string
  readonly key: string
  readonly prefix: string
}

/** Makes a user with a key, as the administrator. */
export async function userWithKey(
  { ok }: TestFacet,
  id: string,
  roles: readonly string[],
  key: Record<string, unknown> = {},
): Promise<MadeKey> {
  await ok('POST', '/users', { id, name: id, roles })
  return ok<MadeKey>('POST', `/users/${id}/keys`, key)
}

/** A tool and a dynamic server that shows it to whoever comes in. */
export async function serverWithTool(
  { ok }: TestFacet,
  id: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  await ok('POST', '/tools', {
    name: `tool_of_${id}`,
    handler: { type: 'http', url: 'https://api.example.com/' },
  })
  const rules = [{ type: 'tool', filter: `name == 'tool_of_${id}'` }]
  await ok('POST', '/dynamic', { id, name: id, access: 'open', rules, ...more })
}
