import { describe, expect, it } from 'vitest'
import { bearer, serverWithTool, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { listen, type OldSession, openSession, type Reading } from '../support/open-streams.ts'
import { until } from '../support/wait.ts'

interface Open {
  readonly facet: TestFacet
  readonly key: { id: string; key: string }
  readonly url: string
  readonly session: OldSession
  readonly stream: Reading
  readonly listening: Reading
}

/** A session with its stream, and a stream of the current revision, held open by one key. */
async function open(more: Record<string, unknown> = {}): Promise<Open> {
  const facet = await startFacet({ ...WITH_ADMIN, listen: true })
  await serverWithTool(facet, 'one', more)
  const key = await userWithKey(facet, 'ada', ['client'])
  const url = `${facet.url}/dynamic/one/mcp`
  const session = await openSession(url, bearer(key.key))
  const [stream, listening] = await Promise.all([session.stream(), listen(url, bearer(key.key))])
  expect([stream.status, listening.status]).toEqual([200, 200])
  await until('the stream is acknowledged', () => listening.text().includes('acknowledged'))
  expect((await session.request('tools/list')).text).toContain('tool_of_one')
  return { facet, key, url, session, stream, listening }
}

/** Streams end within a second of a change. */
const ended = ({ stream, listening }: Open) =>
  until('both streams have ended', () => stream.ended() && listening.ended(), 1_000)

describe('sessions and streams that are open', () => {
  it('end when their key is revoked', async () => {
    const opened = await open()
    await opened.facet.api('DELETE', `/keys/${opened.key.id}`)
    await ended(opened)
    expect((await opened.session.request('tools/list')).status).toBe(401)
  })

  it('end when their user is reset: the session is not the new key’s', async () => {
    const opened = await open()
    const { key } = await opened.facet.ok<{ key: string }>('POST', '/users/ada/reset')
    await ended(opened)
    expect((await opened.session.request('tools/list')).status).toBe(401)
    expect((await opened.session.request('tools/list', bearer(key))).status).toBe(404)
  })

  it('end when their user is disabled, or has no role any more that uses servers', async () => {
    for (const change of [{ disabled: true }, { roles: ['elsewhere'] }]) {
      const opened = await open()
      await opened.facet.ok('PATCH', '/users/ada', change)
      await ended(opened)
    }
  })

  it('end when their server becomes a draft', async () => {
    const opened = await open()
    await opened.facet.ok('POST', '/dynamic/one/deactivate')
    await ended(opened)
    const [gone, never] = await Promise.all(
      ['one', 'never'].map((id) =>
        opened.facet.api('POST', `/dynamic/${id}/mcp`, {}, bearer(opened.key.key)),
      ),
    )
    expect(gone!.status).toBe(404)
    expect(gone!.text).toBe(never!.text.replaceAll('never', 'one'))
  })

  it('hear of it when their user changed and may stay', async () => {
    const opened = await open()
    await opened.facet.ok('PATCH', '/users/ada', { groups: ['risk'] })
    await until(
      'the session is told to list again',
      () => opened.stream.text().includes('notifications/tools/list_changed'),
      1_000,
    )
    expect(opened.stream.ended()).toBe(false)
    // A stream of the current revision has its caller for good: it ends, to be opened anew.
    await until('the other stream has ended', () => opened.listening.ended(), 1_000)
    expect((await opened.session.request('tools/list')).status).toBe(200)
  })

  it('are nobody else’s, whoever knows the id of the session', async () => {
    const { facet, session } = await open()
    const other = await userWithKey(facet, 'eve', ['client'])
    const second = await facet.ok<{ key: string }>('POST', '/users/ada/keys', {})
    for (const key of [other.key, second.key]) {
      expect((await session.request('tools/list', bearer(key))).status).toBe(404)
    }
    expect((await session.request('tools/list', {})).status).toBe(401)
    expect((await session.request('tools/list')).status).toBe(200)
  })

  it('end at the end of their key, though nothing else happens', async () => {
    let now = new Date('2030-01-01T00:00:00Z')
    const facet = await startFacet({ ...WITH_ADMIN, listen: true, now: () => now })
    await serverWithTool(facet, 'one')
    const { key } = await userWithKey(facet, 'ada', ['client'], { expires_in_days: 1 })
    const listening = await listen(`${facet.url}/dynamic/one/mcp`, bearer(key))
    await until('the stream is acknowledged', () => listening.text().includes('acknowledged'))
    now = new Date('2030-01-03T00:00:00Z')
    await until('the stream has ended', () => listening.ended(), 1_000)
  })

  it('of the local user end when the first key closes the door', async () => {
    const facet = await startFacet({ listen: true })
    await serverWithTool(facet, 'one')
    const url = `${facet.url}/dynamic/one/mcp`
    const session = await openSession(url, {})
    const [stream, listening] = await Promise.all([session.stream(), listen(url, {})])
    await userWithKey(facet, 'ada', ['client'])
    await until('both have ended', () => stream.ended() && listening.ended(), 1_000)
    expect((await session.request('tools/list')).status).toBe(401)
  })
})

describe('a server with anonymous access', () => {
  it('takes clients without a credential, as nobody, and bad credentials not at all', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    await serverWithTool(facet, 'public', { anonymous: true })
    await serverWithTool(facet, 'private')
    const get = (path: string, headers: Record<string, string> = { authorization: '' }) =>
      facet.api('GET', path, undefined, headers)
    expect((await get('/dynamic/public/tools')).body.tools).toHaveLength(1)
    expect((await get('/dynamic/public/tools', bearer('wrong'))).status).toBe(401)
    for (const path of ['/dynamic/private/tools', '/dynamic/public', '/me', '/tools']) {
      expect([path, (await get(path)).status]).toEqual([path, 401])
    }
    const session = await openSession(`${facet.url}/dynamic/public/mcp`, {})
    const stream = await session.stream()
    expect((await session.request('tools/list')).text).toContain('tool_of_public')
    await facet.ok('PATCH', '/dynamic/public', { anonymous: false })
    await until('the stream has ended', () => stream.ended(), 1_000)
    expect((await session.request('tools/list')).status).toBe(401)
  })
})
