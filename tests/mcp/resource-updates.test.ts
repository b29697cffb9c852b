import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@modelcontextprotocol/client'
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { resource } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { type Era, federate } from '../support/federated.ts'
import { connectClient } from '../support/mcp.ts'
import { inState, until } from '../support/wait.ts'

const DOC = 'up://doc'

const watched = (era: Era) =>
  federate(era, (upstream) => {
    upstream.resources.push({ uri: DOC, name: 'doc' }, { uri: 'up://other', name: 'other' })
  })

/** A client that notes updates, and how it starts and stops to watch. */
async function watcher(url: string, mode: 'auto' | 'legacy') {
  const client = await connectClient(url, mode)
  const heard: string[] = []
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    heard.push(params.uri)
  })
  return { client, heard, watch: (uri: string) => watch(client, mode, uri) }
}

async function watch(client: Client, mode: 'auto' | 'legacy', uri: string) {
  if (mode === 'auto') {
    const subscription = await client.listen({ resourceSubscriptions: [uri] })
    return { honoured: subscription.honoredFilter, stop: () => subscription.close() }
  }
  await client.subscribeResource({ uri })
  return { honoured: undefined, stop: () => client.unsubscribeResource({ uri }) }
}

const PAIRS: [client: 'auto' | 'legacy', upstream: Era][] = [
  ['auto', 'modern'],
  ['auto', 'legacy'],
  ['legacy', 'modern'],
  ['legacy', 'legacy'],
]

describe.each(PAIRS)('a %s client over a %s upstream', (mode, era) => {
  it('hears of the resource it watches until it stops', async () => {
    const { upstream, url } = await watched(era)
    const { heard, watch } = await watcher(url, mode)
    const { stop } = await watch(DOC)
    await until('the upstream is told', () => upstream.watched.has(DOC))
    upstream.update('up://other')
    upstream.update(DOC)
    await until('it hears', () => heard.length > 0)
    expect(heard).toEqual([DOC])
    await stop()
    await until('the upstream is told', () => !upstream.watched.has(DOC))
    upstream.update(DOC)
    await sleep(50)
    expect(heard).toEqual([DOC])
  })

  it('shares the subscription of others, which ends with the last', async () => {
    const { upstream, url } = await watched(era)
    const people = await Promise.all([1, 2, 3].map(() => watcher(url, mode)))
    const watches = await Promise.all(people.map(({ watch }) => watch(DOC)))
    await until('the upstream is told', () => upstream.watched.has(DOC))
    if (era === 'legacy') {
      const asked = upstream.seen.filter((method) => method === 'resources/subscribe')
      expect(asked).toHaveLength(1)
    }
    await watches[0]!.stop()
    await watches[1]!.stop()
    await until('only one is left', async () => {
      upstream.update(DOC)
      await sleep(50)
      return people[2]!.heard.length > 0
    })
    const [before] = people.map(({ heard }) => heard.length)
    upstream.update(DOC)
    await sleep(50)
    expect(people[0]!.heard).toHaveLength(before!)
    expect(upstream.watched.has(DOC)).toBe(true)
    await watches[2]!.stop()
    await until('the upstream is told', () => !upstream.watched.has(DOC))
  })

  it('hears nothing of a resource that it may not see any more', async () => {
    const { facet, upstream, url } = await watched(era)
    const { heard, watch } = await watcher(url, mode)
    await watch(DOC)
    await until('the upstream is told', () => upstream.watched.has(DOC))
    const { resources } = await facet.ok<{ resources: { id: string; uri: string }[] }>(
      'GET',
      '/resources',
    )
    const { id } = resources.find(({ uri }) => uri === DOC)!
    await facet.ok('PATCH', `/resources/${id}`, { enabled: false })
    upstream.update(DOC)
    await sleep(100)
    expect(heard).toEqual([])
    await facet.ok('PATCH', `/resources/${id}`, { enabled: true })
    upstream.update(DOC)
    await until('it hears again', () => heard.length > 0)
  })

  it('cannot watch what it does not see', async () => {
    const { facet, upstream } = await watched(era)
    await facet.ok('POST', '/dynamic', {
      id: 'less',
      name: 'Less',
      rules: [{ type: 'resource', filter: `uri != '${DOC}'`, include_federated: true }],
    })
    const { watch } = await watcher(`${facet.url}/dynamic/less/mcp`, mode)
    if (mode === 'legacy') await expect(watch(DOC)).rejects.toMatchObject({ code: -32602 })
    else expect((await watch(DOC)).honoured).toEqual({})
    expect(upstream.watched.has(DOC)).toBe(false)
  })
})

describe('a watched resource', () => {
  it('is watched again after its upstream forgot everything', async () => {
    const { facet, upstream, url } = await watched('legacy')
    const { heard, watch } = await watcher(url, 'legacy')
    await watch(DOC)
    upstream.forget()
    await facet.api('POST', '/sources/up/sync')
    await until('the upstream is told again', () => upstream.watched.has(DOC))
    upstream.update(DOC)
    await until('it hears', () => heard.length > 0)
  })

  it('may be one that was posted here', async () => {
    const { ok, url } = await startFacet({ listen: true })
    const { id } = await ok<{ id: string }>('POST', '/resources', resource('docs://a'))
    for (const mode of ['auto', 'legacy'] as const) {
      const { heard, watch } = await watcher(`${url}/mcp`, mode)
      await watch('docs://a')
      await ok('PATCH', `/resources/${id}`, { tags: [mode] })
      await ok('PATCH', `/resources/${id}`, { text: `New for ${mode}` })
      await until('it hears', () => heard.length > 0)
      await sleep(50)
      expect(heard).toEqual(['docs://a'])
    }
  })

  it('is not one whose upstream never says that it changed', async () => {
    const upstream = await FakeUpstream.start()
    upstream.resources = [{ uri: 'x://silent', name: 'silent' }]
    const facet = await startFacet({ listen: true })
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    await facet.ok('POST', '/resources', resource('docs://a'))
    const [old, current] = await Promise.all([
      watcher(`${facet.url}/mcp`, 'legacy'),
      watcher(`${facet.url}/mcp`, 'auto'),
    ])
    await expect(old.watch('x://silent')).rejects.toMatchObject({ code: -32602 })
    expect((await current.watch('x://silent')).honoured).toEqual({})
    expect(upstream.seen.map(({ method }) => method)).not.toContain('resources/subscribe')
  })

  it('is left when the session ends', async () => {
    const { upstream, url } = await watched('legacy')
    const { client, watch } = await watcher(url, 'legacy')
    await watch(DOC)
    await (client.transport as unknown as { terminateSession(): Promise<void> }).terminateSession()
    await until('the upstream is told', () => !upstream.watched.has(DOC))
  })

  it('is heard of by a client made with the first SDK', async () => {
    const { upstream, url } = await watched('modern')
    const client = new V1Client({ name: 'v1', version: '1' })
    const heard: string[] = []
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      heard.push(params.uri)
    })
    await client.connect(new V1Transport(new URL(url)))
    onTestFinished(() => client.close())
    await client.subscribeResource({ uri: DOC })
    await until('the upstream is told', () => upstream.watched.has(DOC))
    upstream.update(DOC)
    await until('it hears', () => heard.includes(DOC))
  })
})
