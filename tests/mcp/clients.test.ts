import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { prompt, resource, template, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { fakeTool } from '../support/fake-upstream.ts'
import { connectClient, type Mode, textOf } from '../support/mcp.ts'
import { startSdkUpstream } from '../support/sdk-upstream.ts'
import { inState, until } from '../support/wait.ts'

const RULES = ['tool', 'prompt', 'resource', 'resource_template'].map((type) => ({
  type,
  filter: "'x' in tags || federated",
  include_federated: true,
}))

async function served(era: 'modern' | 'legacy') {
  const upstream = await startSdkUpstream(era)
  upstream.tools.push(fakeTool('remote'))
  upstream.prompts.push({ name: 'ask', arguments: [{ name: 'topic', required: true }] })
  upstream.resources.push({ uri: 'up://doc', name: 'doc' })
  upstream.resourceTemplates.push({ uriTemplate: 'up://pages/{page}', name: 'pages' })
  const facet = await startFacet({ listen: true })
  await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
  await inState(facet, 'up', 'up')
  await facet.ok('POST', '/prompts', prompt('local', { tags: ['x'] }))
  await facet.ok('POST', '/resources', resource('docs://local', { tags: ['x'] }))
  const text = 'Page {{page}}'
  await facet.ok('POST', '/resource_templates', template('docs://{page}', { tags: ['x'], text }))
  await facet.ok('POST', '/dynamic', {
    id: 's',
    name: 'Served',
    instructions: 'Be careful.',
    rules: RULES,
  })
  return { facet, upstream, url: `${facet.url}/dynamic/s/mcp` }
}

/** Adds one entry of each kind and expects one announcement for each list. */
async function expectAnnouncements({ ok }: TestFacet, heard: string[]) {
  await ok('POST', '/tools', tool('t', { tags: ['x'] }))
  await ok('POST', '/prompts', prompt('p', { tags: ['x'] }))
  await ok('POST', '/resource_templates', template('new://{x}', { tags: ['x'] }))
  await until('all lists are announced', () => heard.length >= 3)
  expect(heard.sort()).toEqual(['prompts', 'resources', 'tools'])
}

const MODES: [name: string, mode: Mode, era: 'modern' | 'legacy'][] = [
  ['auto', 'auto', 'modern'],
  ['legacy', 'legacy', 'legacy'],
  ['pinned', { pin: '2026-07-28' }, 'modern'],
]

describe.each(['modern', 'legacy'] as const)('over a %s upstream', (upstreamEra) => {
  it.each(MODES)('the official client lists, calls, gets and reads (%s)', async (_, mode, era) => {
    const { url } = await served(upstreamEra)
    const client = await connectClient(url, mode)
    expect(client.getProtocolEra()).toBe(era)
    expect(client.getServerVersion()).toMatchObject({ name: 'Served' })
    expect(client.getInstructions()).toBe('Be careful.')
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['remote'])
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['local', 'ask'])
    const { resources } = await client.listResources()
    expect(resources.map(({ uri }) => uri)).toEqual(['docs://local', 'up://doc'])
    const { resourceTemplates } = await client.listResourceTemplates()
    expect(resourceTemplates).toHaveLength(2)
    const called = await client.callTool({ name: 'remote', arguments: { a: 1 } })
    expect(textOf(called)).toBe('remote got {"a":1}')
    const asked = await client.getPrompt({ name: 'ask', arguments: { topic: 'tea' } })
    expect(asked.messages[0]!.content).toMatchObject({ text: 'ask with {"topic":"tea"}' })
    const local = await client.getPrompt({ name: 'local' })
    expect(local.messages[0]!.content).toMatchObject({ text: 'Do local' })
    const read = async (uri: string) => (await client.readResource({ uri })).contents[0]
    expect(await read('up://doc')).toMatchObject({ text: 'contents of up://doc' })
    expect(await read('docs://local')).toMatchObject({ text: 'Text of docs://local' })
    expect(await read('docs://7')).toMatchObject({ uri: 'docs://7', text: 'Page 7' })
    expect(await read('up://pages/3')).toMatchObject({ text: 'contents of up://pages/3' })
  })
})

describe('a client', () => {
  it.each(MODES)('hears of every list that changed (%s)', async (_, mode) => {
    const { facet, url } = await served('modern')
    const heard: string[] = []
    const on = (list: string) => ({ autoRefresh: false, onChanged: () => void heard.push(list) })
    await connectClient(url, mode, {
      listChanged: { tools: on('tools'), prompts: on('prompts'), resources: on('resources') },
    })
    await expectAnnouncements(facet, heard)
  })

  it('made with the first SDK lists, calls, gets, reads and hears', async () => {
    const { facet, url } = await served('modern')
    const client = new V1Client({ name: 'v1', version: '1.0.0' })
    const heard: string[] = []
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void heard.push('tools'))
    client.setNotificationHandler(
      PromptListChangedNotificationSchema,
      () => void heard.push('prompts'),
    )
    client.setNotificationHandler(
      ResourceListChangedNotificationSchema,
      () => void heard.push('resources'),
    )
    await client.connect(new V1Transport(new URL(url)))
    onTestFinished(() => client.close())
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['remote'])
    expect((await client.listPrompts()).prompts).toHaveLength(2)
    expect((await client.listResources()).resources).toHaveLength(2)
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(2)
    const called = await client.callTool({ name: 'remote', arguments: { a: 1 } })
    expect(textOf(called)).toBe('remote got {"a":1}')
    const asked = await client.getPrompt({ name: 'ask', arguments: { topic: 'tea' } })
    expect(asked.messages[0]!.content).toMatchObject({ text: 'ask with {"topic":"tea"}' })
    const { contents } = await client.readResource({ uri: 'up://doc' })
    expect(contents[0]).toMatchObject({ text: 'contents of up://doc' })
    await expectAnnouncements(facet, heard)
  })

  it('is offered only what rules can ever select', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/dynamic', {
      id: 's',
      name: 's',
      rules: [
        { type: 'tool', filter: 'true' },
        { type: 'prompt', effect: 'exclude', filter: 'true' },
      ],
    })
    for (const mode of ['auto', 'legacy'] as const) {
      const client = await connectClient(`${url}/dynamic/s/mcp`, mode)
      expect(client.getServerCapabilities()).toEqual({ tools: { listChanged: true } })
    }
  })

  it('sees every enabled entry at /mcp', async () => {
    const { facet } = await served('modern')
    await facet.ok('POST', '/tools', tool('untagged'))
    await facet.ok('POST', '/tools', tool('off', { enabled: false }))
    const client = await connectClient(`${facet.url}/mcp`)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['untagged', 'remote'])
  })
})
