import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { server, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { listen, openSession } from '../support/open-streams.ts'
import { until } from '../support/wait.ts'

const EVERY_TOOL = { type: 'tool', filter: 'true' }
const CHANGED = 'notifications/tools/list_changed'
const SECOND = 1_000

interface Watching {
  readonly headers: Record<string, string>
  readonly lists: () => Promise<string[]>
  /** How often a stream said that the list of tools changed. */
  readonly heard: () => number
  readonly old: { readonly heard: () => number; readonly lists: () => Promise<string> }
}

async function started(grants: Record<string, unknown> = {}) {
  const facet = await startFacet({ ...WITH_ADMIN, listen: true })
  const ids: Record<string, string> = {}
  for (const [name, tags] of [
    ['pay', ['finance']],
    ['sue', ['law']],
    ['ping', []],
  ] as const) {
    ids[name] = (await facet.ok<{ id: string }>('POST', '/tools', tool(name, { tags }))).id
  }
  await facet.ok('POST', '/dynamic', server('s', EVERY_TOOL, grants))
  return { ...facet, ids }
}

const count = (text: string) => text.split(CHANGED).length - 1

/** A user with an open stream of each era. */
async function watching(facet: TestFacet, id: string, groups: string[]): Promise<Watching> {
  const { key } = await userWithKey(facet, id, ['client'])
  await facet.ok('PATCH', `/users/${id}`, { groups })
  const headers = bearer(key)
  const url = `${facet.url}/dynamic/s/mcp`
  const session = await openSession(url, headers)
  const [stream, listening] = await Promise.all([session.stream(), listen(url, headers)])
  await until('the stream is acknowledged', () => listening.text().includes('acknowledged'))
  return {
    headers,
    heard: () => count(listening.text()),
    old: {
      heard: () => count(stream.text()),
      lists: async () => (await session.request('tools/list')).text,
    },
    async lists() {
      const { body } = await facet.api('GET', '/dynamic/s/tools', undefined, headers)
      return body.tools.map(({ name }: { name: string }) => name)
    },
  }
}

const allow = (group: string, tag: string) => ({
  id: `${group}-${tag}`,
  effect: 'allow',
  who: `'${group}' in caller.groups`,
  what: `'${tag}' in tags`,
})

const told = (who: Watching[], times: number) =>
  until(
    'their streams say so',
    () => who.every(({ heard, old }) => heard() === times && old.heard() === times),
    SECOND,
  )

describe('a change of rights', () => {
  it('by a share that is removed counts on the next request, and is told to the streams', async () => {
    const facet = await started({ shares: { read: ['user:ada', 'user:bob'] } })
    const ada = await watching(facet, 'ada', [])
    const bob = await watching(facet, 'bob', [])
    expect(await ada.lists()).toHaveLength(3)
    await facet.ok('PATCH', '/dynamic/s', { shares: { read: ['user:bob'] } })
    expect(await ada.lists()).toEqual([])
    expect(await bob.lists()).toHaveLength(3)
    await told([ada], 1)
    expect(await ada.old.lists()).not.toContain('pay')
    await facet.ok('PATCH', '/dynamic/s', { shares: { read: ['user:bob', 'user:ada'] } })
    await told([ada], 2)
    expect([bob.heard(), bob.old.heard()]).toEqual([0, 0])
  })

  it('by a role that is taken away counts on the next request, and on the session', async () => {
    const facet = await started({ roles: ['analyst'] })
    const ada = await watching(facet, 'ada', [])
    await facet.ok('PATCH', '/users/ada', { roles: ['client', 'analyst'] })
    expect(await ada.lists()).toHaveLength(3)
    await until('the session hears it', () => ada.old.heard() === 1, SECOND)
    await facet.ok('PATCH', '/users/ada', { roles: ['client'] })
    expect(await ada.lists()).toEqual([])
    await until('the session hears it again', () => ada.old.heard() === 2, SECOND)
    expect(await ada.old.lists()).not.toContain('pay')
  })

  it('is told to exactly those who see something else for it', async () => {
    const facet = await started()
    const risk = await watching(facet, 'ada', ['risk'])
    const law = await watching(facet, 'bob', ['law'])
    const both = await watching(facet, 'eve', ['risk', 'law'])
    await facet.ok('POST', '/policies', allow('risk', 'finance'))
    await told([risk, both], 1)
    await facet.ok('POST', '/policies', allow('law', 'law'))
    await told([law], 1)
    await told([both], 2)
    // The tag makes it another one for those whom a policy about the tag is about, and nobody else.
    await facet.ok('PATCH', `/tools/${facet.ids.ping}`, { tags: ['law'] })
    await told([law], 2)
    await told([both], 3)
    await facet.ok('PATCH', `/tools/${facet.ids.ping}`, { owner: 'ada' })
    await told([risk], 2)
    const hide = `/me/hidden/${facet.ids.ping}`
    await facet.api('PUT', hide, undefined, law.headers)
    await told([law], 3)
    const deny = { effect: 'deny', who: 'true', what: "name == 'sue'" }
    await facet.ok('POST', '/policies', deny)
    await told([law], 4)
    await told([both], 4)
    expect(await risk.lists()).toEqual(['pay', 'ping'])
    expect(await law.lists()).toEqual([])
    expect(await both.lists()).toEqual(['pay', 'ping'])
    expect([risk.heard(), risk.old.heard()]).toEqual([2, 2])
  })

  it('by a change of what only others may use is told to nobody else', async () => {
    const facet = await started()
    await facet.ok('POST', '/policies', allow('risk', 'finance'))
    const risk = await watching(facet, 'ada', ['risk'])
    const law = await watching(facet, 'bob', ['law'])
    await facet.ok('PATCH', `/tools/${facet.ids.pay}`, { description: 'another' })
    await told([risk], 1)
    expect([law.heard(), law.old.heard()]).toEqual([0, 0])
  })
})

describe('a user who is deleted', () => {
  it('leaves no key, no share and nothing hidden to whoever has the id next', async () => {
    const facet = await started({ shares: { read: ['user:ada', 'user:bob'], write: ['user:ada'] } })
    const { key } = await userWithKey(facet, 'ada', ['client'])
    const hide = `/me/hidden/${facet.ids.pay}`
    await facet.api('PUT', hide, undefined, bearer(key))
    expect((await facet.api('DELETE', '/users/ada')).status).toBe(204)
    expect((await facet.api('GET', '/me', undefined, bearer(key))).status).toBe(401)
    const { shares, version } = await facet.ok<{ shares: object; version: number }>(
      'GET',
      '/dynamic/s',
    )
    expect([shares, version]).toEqual([{ read: ['user:bob'], write: [] }, 2])
    const next = bearer((await userWithKey(facet, 'ada', ['client'])).key)
    expect((await facet.api('GET', '/me/hidden', undefined, next)).body.hidden).toEqual([])
    expect((await facet.api('GET', '/dynamic/s/tools', undefined, next)).body.tools).toEqual([])
  })

  it('owns what was theirs until somebody says otherwise', async () => {
    const facet = await started({ owner: 'ada' })
    await userWithKey(facet, 'ada', ['client'])
    await facet.api('DELETE', '/users/ada')
    expect((await facet.ok<{ owner: string }>('GET', '/dynamic/s')).owner).toBe('ada')
    const editor = bearer((await userWithKey(facet, 'eve', ['editor'])).key)
    const change = await facet.api('PATCH', '/dynamic/s', { name: 'Mine' }, editor)
    expect(change.status).toBe(403)
  })
})
