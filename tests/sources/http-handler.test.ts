import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { connectClient, textOf } from '../support/mcp.ts'

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Respond = (seen: Seen, response: ServerResponse) => void

async function startApi(respond: Respond = (_, response) => response.end('fine')) {
  const seen: Seen[] = []
  const http = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const one = { method: request.method!, url: request.url!, headers: request.headers, body }
    seen.push(one)
    respond(one, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  return { base: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, seen }
}

async function caller(handler: Record<string, unknown>, settings: Record<string, unknown> = {}) {
  const facet = await startFacet({
    listen: true,
    environment: { KEY: 'the-key' },
    settings: { http_allowed_hosts: ['127.0.0.1'], ...settings },
  })
  await facet.ok('POST', '/tools', tool('t', { handler: { type: 'http', ...handler } }))
  const client = await connectClient(`${facet.url}/dynamic/all/mcp`)
  return (args: Record<string, unknown> = {}) => client.callTool({ name: 't', arguments: args })
}

describe('the request of a tool posted by hand', () => {
  it('has its placeholders filled in: path, query, headers and body', async () => {
    const api = await startApi()
    const call = await caller({
      method: 'POST',
      url: `${api.base}/items/{id}?view={view}`,
      query: { page: '{page}', fixed: 1 },
      headers: { 'X-Who': 'user {who}' },
      body: { title: '{title}', count: '{count}', nested: [{ label: 'n-{count}' }], gone: '{no}' },
    })
    await call({ id: 'a/b c', view: 'x&y=z', page: 2, who: 'ann', title: 'T', count: 3 })
    const [seen] = api.seen
    expect(seen!.url).toBe('/items/a%2Fb%20c?view=x%26y%3Dz&page=2&fixed=1')
    expect(seen!.headers['x-who']).toBe('user ann')
    expect(JSON.parse(seen!.body)).toEqual({ title: 'T', count: 3, nested: [{ label: 'n-3' }] })
  })

  it('sends what is used nowhere in the query of a GET, and in the body of a POST', async () => {
    const api = await startApi()
    const get = await caller({ url: `${api.base}/{id}` })
    await get({ id: 1, q: 'two words', deep: { a: 1 } })
    expect(api.seen[0]!.url).toBe('/1?q=two+words&deep=%7B%22a%22%3A1%7D')
    const post = await caller({ method: 'POST', url: `${api.base}/{id}` })
    await post({ id: 1, q: 'x', n: 2 })
    expect(JSON.parse(api.seen[1]!.body)).toEqual({ q: 'x', n: 2 })
    expect(api.seen[1]!.headers['content-type']).toBe('application/json')
  })

  it.each(['..', '.', ''])('is not sent when a path argument is %j', async (id) => {
    const api = await startApi()
    const call = await caller({ url: `${api.base}/users/{id}/delete` })
    const result = await call({ id })
    expect(result.isError).toBe(true)
    expect(textOf(result)).toMatch(/argument id/)
    expect(api.seen).toEqual([])
  })

  it('never leaves its host, whatever the arguments say', async () => {
    const api = await startApi()
    const call = await caller({ url: `${api.base}/{path}` })
    for (const path of ['@evil.example/', '//evil.example', '../../x', '\\evil.example', '?a#b']) {
      await call({ path })
    }
    expect(api.seen).toHaveLength(5)
    for (const { url, headers } of api.seen) {
      expect(url.slice(1)).not.toMatch(/[/?#\\]/)
      expect(`http://${headers.host}`).toBe(api.base)
    }
  })

  it('cannot be given more headers, nor a secret, by an argument', async () => {
    const api = await startApi()
    const secrets = { KEY: { env: 'KEY', hosts: ['127.0.0.1'] } }
    const call = await caller({ url: api.base, headers: { 'x-a': '{a}{b}' } }, { secrets })
    for (const args of [
      { a: 'x\r\ny: z', b: '' },
      { a: '$', b: '{KEY}' },
      { a: '${KEY}', b: '' },
    ]) {
      expect((await call(args)).isError).toBe(true)
    }
    expect(api.seen).toEqual([])
  })

  it('carries a secret to the host it is declared for', async () => {
    const api = await startApi()
    const secrets = { KEY: { env: 'KEY', hosts: ['127.0.0.1'] } }
    const call = await caller({ url: api.base, headers: { 'x-api-key': '${KEY}' } }, { secrets })
    await call()
    expect(api.seen[0]!.headers['x-api-key']).toBe('the-key')
  })
})

describe('the answer of an API', () => {
  const answered = async (type: string, body: string | Buffer, status = 200) => {
    const api = await startApi((_, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    )
    return (await caller({ url: api.base }))()
  }

  it('is structured content when it is a JSON object, and text in any case', async () => {
    const result = await answered('application/json; charset=utf-8', '{"a":1}')
    expect(result.structuredContent).toEqual({ a: 1 })
    expect(textOf(result)).toBe('{"a":1}')
    expect((await answered('application/json', '[1]')).structuredContent).toBeUndefined()
    expect((await answered('application/json', '{broken')).structuredContent).toBeUndefined()
  })

  it('is an image when it is one', async () => {
    const { content } = await answered('image/png', Buffer.from('png'))
    expect(content).toEqual([{ type: 'image', data: 'cG5n', mimeType: 'image/png' }])
  })

  it('is an error result from 400 on, with what the API said', async () => {
    const result = await answered('text/plain', 'no such item', 404)
    expect([result.isError, textOf(result)]).toEqual([true, 'HTTP 404 Not Found\nno such item'])
  })

  it('is cut off at the bound and is then an error', async () => {
    const result = await answered('text/plain', Buffer.alloc(6 * 2 ** 20, 'x'))
    expect(result.isError).toBe(true)
    expect(textOf(result)).toMatch(/larger than/)
  })

  it('is an error when it takes too long', async () => {
    const api = await startApi(() => undefined)
    const result = await (await caller({ url: api.base, timeout_ms: 100 }))()
    expect([result.isError, textOf(result)]).toEqual([true, 'No answer within 100 ms.'])
  })
})

const PRIVATE = [
  'http://127.0.0.1:8080/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f.0.0.1/',
  'http://localhost:8080/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://0.0.0.0/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[fe80::1]/',
  'http://[fd00::1]/',
  'http://224.0.0.1/',
  'http://198.18.0.1/',
]

describe('an address a tool may not call', () => {
  it('is any that is local, private, link-local, shared, multicast or mapped to one', async () => {
    const facet = await startFacet({ listen: true })
    for (const [i, url] of PRIVATE.entries()) {
      await facet.ok('POST', '/tools', tool(`t${i}`, { handler: { type: 'http', url } }))
    }
    const client = await connectClient(`${facet.url}/dynamic/all/mcp`)
    for (const [i, url] of PRIVATE.entries()) {
      const result = await client.callTool({ name: `t${i}`, arguments: {} })
      expect([url, result.isError]).toEqual([url, true])
      expect(textOf(result)).toMatch(/not a public address/)
    }
  })

  it('is one that an allowed host redirects to', async () => {
    const target = await startApi()
    const api = await startApi((_, response) =>
      response
        .writeHead(302, { location: target.base.replace('127.0.0.1', '[::ffff:127.0.0.1]') })
        .end(),
    )
    const call = await caller({ url: api.base })
    const result = await call()
    expect(result.isError).toBe(true)
    expect(textOf(result)).toMatch(/not a public address/)
    expect(target.seen).toEqual([])
  })

  it('is allowed by host, or by host and port', async () => {
    const api = await startApi()
    const { host } = new URL(api.base)
    const call = await caller({ url: api.base }, { http_allowed_hosts: [host] })
    expect(textOf(await call())).toBe('fine')
    const other = await caller({ url: api.base }, { http_allowed_hosts: ['127.0.0.1:1'] })
    expect((await other()).isError).toBe(true)
  })
})

describe('a redirect', () => {
  it('is followed, without the headers of the handler when it leads to another origin', async () => {
    const target = await startApi()
    const api = await startApi((_, response) =>
      response.writeHead(302, { location: `${target.base}/there` }).end(),
    )
    const secrets = { KEY: { env: 'KEY', hosts: ['127.0.0.1'] } }
    const headers = { 'x-api-key': '${KEY}', 'x-other': 'o' }
    const call = await caller({ url: api.base, headers }, { secrets })
    expect(textOf(await call())).toBe('fine')
    expect(target.seen[0]).toMatchObject({ url: '/there', method: 'GET' })
    expect(target.seen[0]!.headers).not.toHaveProperty('x-api-key')
    expect(target.seen[0]!.headers).not.toHaveProperty('x-other')
  })

  it('is not followed for ever, nor to another kind of address', async () => {
    const loop = await startApi((_, response) => response.writeHead(302, { location: '/' }).end())
    expect(textOf(await (await caller({ url: loop.base }))())).toMatch(/More than 5 redirects/)
    const file = await startApi((_, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    )
    expect(textOf(await (await caller({ url: file.base }))())).toMatch(/leads to file:/)
  })
})
