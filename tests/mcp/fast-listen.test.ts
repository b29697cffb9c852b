import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ListStreams } from '../../src/mcp/fast/list-streams.ts'
import { server, tool } from '../support/bodies.ts'
import { modern } from '../support/both-ways.ts'
import { startFacet } from '../support/facet.ts'
import { until } from '../support/wait.ts'

const METHOD = 'subscriptions/listen'
const TOOLS = { toolsListChanged: true }

async function open(url: string, body: unknown, headers: Record<string, string>) {
  const left = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(body),
    signal: left.signal,
  })
  const stream = { status: response.status, headers: {}, text: '', ended: false }
  const { date: _, ...rest } = Object.fromEntries(response.headers)
  stream.headers = rest
  void (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      stream.text += chunk
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      stream.ended = true
    })
  const leave = () => left.abort()
  onTestFinished(leave)
  return { stream, leave }
}

/** The same request, and one that means the same but is left to the SDK. */
async function bothStreams(url: string, params: object, id: unknown = 7) {
  const { body, headers } = modern(METHOD, params, id)
  const long = structuredClone(body) as typeof body
  Object.assign(long.params._meta['io.modelcontextprotocol/clientInfo'], { title: 'Test' })
  const fast = await open(url, body, headers)
  const slow = await open(url, long, headers)
  return [fast.stream, slow.stream] as const
}

async function served(options: Parameters<typeof startFacet>[0] = {}) {
  const facet = await startFacet({ listen: true, ...options })
  const { id } = await facet.ok<{ id: string }>('POST', '/tools', tool('t'))
  const rules = [
    { type: 'tool', filter: "'x' in tags" },
    { type: 'resource', filter: 'true' },
  ]
  await facet.ok('POST', '/dynamic', { id: 's', name: 'A "name"', rules })
  return { ...facet, tool: id, mcp: `${facet.url}/dynamic/s/mcp` }
}

type Streams = Awaited<ReturnType<typeof bothStreams>>
const bothHave = (word: string, streams: Streams) =>
  until(`both have ${word}`, () => streams.every(({ text }) => text.includes(word)))
const bothEnd = (streams: Streams) =>
  until('both have ended', () => streams.every(({ ended }) => ended))

const WANTED = [
  TOOLS,
  { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true },
  { resourcesListChanged: true, toolsListChanged: true },
  { resourcesListChanged: true, toolsListChanged: false },
] as readonly Record<string, boolean>[]

describe('a stream that tells of lists, written without the SDK', () => {
  it.for(WANTED)('says byte for byte what one of the SDK says: %o', async (notifications) => {
    const opened = vi.spyOn(ListStreams.prototype, 'open')
    onTestFinished(() => opened.mockRestore())
    const { mcp, ok, tool: id } = await served()
    const streams = await bothStreams(mcp, { notifications })
    expect(opened).toHaveBeenCalledTimes(1)
    await bothHave('acknowledged', streams)
    await ok('PATCH', `/tools/${id}`, { tags: ['x'] })
    await ok('POST', '/resources', { uri: 'a://1', name: 'one', text: 'x' })
    if (notifications.toolsListChanged) await bothHave('tools/list_changed', streams)
    if (notifications.resourcesListChanged) await bothHave('resources/list_changed', streams)
    await ok('DELETE', '/dynamic/s')
    await bothEnd(streams)
    const [fast, slow] = streams
    expect(fast).toEqual(slow)
    expect(fast.text.includes('tools/list_changed')).toBe(notifications.toolsListChanged === true)
    expect(fast.text).toContain('"resultType":"complete"')
  })

  it.for([0, -3, 'a "quoted" é\n', ''])('carries the id it was opened with: %j', async (id) => {
    const { mcp, ok } = await served()
    const streams = await bothStreams(mcp, { notifications: TOOLS }, id)
    await ok('POST', '/tools', tool('other', { tags: ['x'] }))
    await bothHave('tools/list_changed', streams)
    await ok('POST', '/dynamic/s/deactivate')
    await bothEnd(streams)
    expect(streams[0]).toEqual(streams[1])
  })

  it('is ended in good order when the service stops', async () => {
    const { mcp, facet } = await served()
    const streams = await bothStreams(mcp, { notifications: TOOLS })
    await facet.close()
    await bothEnd(streams)
    expect(streams[0]).toEqual(streams[1])
    expect(streams[0].text).toContain('"resultType":"complete"')
  })

  it('wants the credential and the origin, and a server that is there', async () => {
    const token = 'a-token-of-an-administrator'
    const { url } = await startFacet({ listen: true, settings: { admin_token: token } })
    const { body, headers } = modern(METHOD, { notifications: TOOLS })
    const statusOf = async (path: string, more: Record<string, string>) =>
      (await open(`${url}${path}`, body, { ...headers, ...more })).stream.status
    const authorization = `Bearer ${token}`
    expect(await statusOf('/mcp', {})).toBe(401)
    expect(await statusOf('/mcp', { authorization, origin: 'https://evil.example' })).toBe(403)
    expect(await statusOf('/dynamic/nobody/mcp', { authorization })).toBe(404)
    expect(await statusOf('/mcp', { authorization })).toBe(200)
  })
})

describe('a stream that tells of anything else', () => {
  it.for([
    { notifications: {} },
    { notifications: { promptsListChanged: true } },
    { notifications: { ...TOOLS, resourceSubscriptions: [] } },
    { notifications: { ...TOOLS, somethingNew: true } },
    { notifications: { toolsListChanged: 'yes' } },
    { notifications: TOOLS, more: 1 },
    { notifications: [] },
    {},
  ])('is left to the SDK: %o', async (params) => {
    const opened = vi.spyOn(ListStreams.prototype, 'open')
    onTestFinished(() => opened.mockRestore())
    const { mcp, ok } = await served()
    const streams = await bothStreams(mcp, params)
    await ok('DELETE', '/dynamic/s')
    await bothEnd(streams)
    expect(streams[0]).toEqual(streams[1])
    expect(opened).not.toHaveBeenCalled()
  })
})

describe('the bound on streams of a server', () => {
  it('is one for streams of both kinds, and who left does not count', async () => {
    const { mcp, url, ok } = await served({ maxStreams: 2 })
    await ok('POST', '/dynamic', server('other', { type: 'tool', filter: 'true' }))
    const { body, headers } = modern(METHOD, { notifications: TOOLS })
    const first = await open(mcp, body, headers)
    await open(mcp, { ...body, params: { ...body.params, x: 1 } }, headers)
    const refused = await bothStreams(mcp, { notifications: TOOLS })
    await bothEnd(refused)
    expect(refused[0]).toEqual(refused[1])
    expect(JSON.parse(refused[0].text)).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32603, message: 'Subscription limit reached' },
    })
    const elsewhere = await open(`${url}/dynamic/other/mcp`, body, headers)
    await until('it is open', () => elsewhere.stream.text.includes('acknowledged'))
    first.leave()
    await until('there is room', async () => {
      const { stream, leave } = await open(mcp, body, headers)
      await until('it says something', () => stream.text !== '')
      leave()
      return stream.text.includes('acknowledged')
    })
  })
})
