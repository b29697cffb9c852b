import { describe, expect, it } from 'vitest'
import { bearer, serverWithTool, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { ask, beginSession, bothWays, modern } from '../support/both-ways.ts'
import { startFacet } from '../support/facet.ts'
import { startIssuer } from '../support/issuer.ts'

/** What is answered before any framework, with what it takes to ask for it. */
const ASKED = [
  ['tools/list', {}, {}],
  ['tools/call', { name: 'tool_of_s' }, { 'mcp-name': 'tool_of_s' }],
  ['server/discover', {}, {}],
  ['subscriptions/listen', { notifications: { toolsListChanged: true } }, {}],
] as const

async function served(settings: Record<string, unknown> = {}, server = {}) {
  const facet = await startFacet({
    ...WITH_ADMIN,
    listen: true,
    settings: { ...WITH_ADMIN.settings, ...settings },
  })
  await serverWithTool(facet, 's', server)
  await serverWithTool(facet, 'other')
  return { ...facet, mcp: `${facet.url}/dynamic/s/mcp` }
}

describe.for(ASKED)('%s, before any framework', ([method, params, named]) => {
  const statuses = async (url: string, headers: Record<string, string>) => {
    const answers = await bothWays(url, method, params, { ...named, ...headers })
    expect(answers[0]).toEqual(answers[1])
    return answers[0].status
  }

  it('is refused to keys that are for other servers, and to those that are gone', async () => {
    const facet = await served()
    const { key } = await userWithKey(facet, 'ada', ['client'], { servers: ['other'] })
    const gone = await userWithKey(facet, 'bob', ['client'])
    await facet.ok('DELETE', `/keys/${gone.id}`)
    expect(await statuses(facet.mcp, bearer(key))).toBe(404)
    expect(await statuses(facet.mcp, bearer(gone.key))).toBe(401)
    expect(await statuses(facet.mcp, {})).toBe(401)
  })

  it('is for those without a credential where the server says so, and only there', async () => {
    const facet = await served({}, { anonymous: true })
    const { body, headers } = modern('tools/list')
    const open = await ask(facet.mcp, body, headers)
    expect(open.body.result.tools).toMatchObject([{ name: 'tool_of_s' }])
    expect(await statuses(`${facet.url}/dynamic/other/mcp`, {})).toBe(401)
    expect(await statuses(`${facet.url}/mcp`, {})).toBe(401)
  })

  it('is refused to tokens without the scopes of the server', async () => {
    const issuer = await startIssuer()
    const public_url = 'https://facet.example'
    const auth = { jwt: [{ id: 'corp', ...issuer.settings }] }
    const facet = await served({ public_url, auth }, { required_scopes: ['mcp:use'] })
    const aud = `${public_url}/dynamic/s/mcp`
    const token = await issuer.token({ sub: 'ada', aud })
    expect(await statuses(facet.mcp, bearer(token))).toBe(403)
    const elsewhere = await issuer.token({ sub: 'ada', aud: `${public_url}/dynamic/other/mcp` })
    expect(await statuses(facet.mcp, bearer(elsewhere))).toBe(401)
  })

  it('is refused for a draft, to whoever asks', async () => {
    const facet = await served({}, { status: 'draft' })
    expect(await statuses(facet.mcp, bearer(WITH_ADMIN.as))).toBe(404)
  })
})

describe('a session, before any framework', () => {
  it('is nobody else’s, whatever they may do', async () => {
    const facet = await served()
    const ada = await userWithKey(facet, 'ada', ['client'])
    const bob = await userWithKey(facet, 'bob', ['admin'])
    const session = await beginSession(facet.mcp, {}, bearer(ada.key))
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
    const as = async (key: string) =>
      (await ask(facet.mcp, list, { ...session, ...bearer(key) })).status
    expect(await as(ada.key)).toBe(200)
    expect(await as(bob.key)).toBe(404)
    expect(await as('facet_wrong')).toBe(401)
    await facet.ok('DELETE', `/keys/${ada.id}`)
    expect(await as(ada.key)).toBe(401)
  })
})
