import { describe, expect, it } from 'vitest'
import { bearer } from '../support/accounts.ts'
import { startFacet } from '../support/facet.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'

async function behind(trusted: string[]) {
  const facet = await startFacet({
    listen: true,
    settings: {
      admin_token: ADMIN_TOKEN,
      auth: {
        proxy: {
          trusted,
          header: 'X-Forwarded-User',
          groups_header: 'X-Forwarded-Groups',
          role_map: { staff: ['viewer'] },
        },
      },
    },
  })
  return async (headers: Record<string, string>) => {
    const response = await fetch(`${facet.url}/me`, { headers })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
}

const ADA = { 'x-forwarded-user': 'ada', 'x-forwarded-groups': 'staff, risk' }

describe('the identity header of a reverse proxy', () => {
  it.each(['127.0.0.1', '127.0.0.0/8'])('is believed from %s', async (trusted) => {
    const me = await behind([trusted])
    expect(await me(ADA)).toMatchObject({
      status: 200,
      body: {
        id: 'proxy:ada',
        kind: 'proxy',
        roles: ['viewer', 'client'],
        groups: ['staff', 'risk'],
      },
    })
    expect((await me({})).status).toBe(401)
    // A header the client sent and one the proxy added arrive as one.
    expect((await me({ 'x-forwarded-user': 'admin, ada' })).status).toBe(401)
    expect((await me({ ...ADA, ...bearer('wrong') })).status).toBe(401)
    expect((await me({ ...ADA, ...bearer(ADMIN_TOKEN) })).body.id).toBe('admin')
  })

  it.each(['10.0.0.0/8', '127.0.0.2', '::1'])('is nothing from outside of %s', async (trusted) => {
    const me = await behind([trusted])
    expect((await me(ADA)).status).toBe(401)
    expect((await me({ ...ADA, 'x-forwarded-for': '10.0.0.1' })).status).toBe(401)
  })

  it('is nothing where the address of the peer is not known', async () => {
    const { api } = await startFacet({
      settings: { auth: { proxy: { trusted: ['0.0.0.0/0'], header: 'x-forwarded-user' } } },
    })
    expect((await api('GET', '/me', undefined, ADA)).status).toBe(401)
  })
})
