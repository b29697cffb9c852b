import { describe, expect, it } from 'vitest'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { inState, sourceOf } from '../support/wait.ts'

const URL_A = 'https://a.example/mcp'

describe('POST /sources/import', () => {
  it('takes the configuration of Claude and Cursor, and of VS Code', async () => {
    const facet = await startFacet()
    for (const [i, key] of ['mcpServers', 'servers'].entries()) {
      const body = { [key]: { [`My Server ${i}`]: { type: 'http', url: URL_A } } }
      expect(await facet.ok('POST', '/sources/import', body)).toMatchObject({
        imported: [{ name: `My Server ${i}`, id: `my-server-${i}` }],
      })
    }
    const nested = { mcp: { servers: { third: { url: URL_A } } } }
    await facet.ok('POST', '/sources/import', nested)
    expect((await sourceOf(facet, 'third')).transport).toEqual({ type: 'http', url: URL_A })
  })

  it('connects what it imported', async () => {
    const upstream = await FakeUpstream.start()
    upstream.tools = [{ name: 'a', inputSchema: { type: 'object' } }]
    const facet = await startFacet()
    await facet.ok('POST', '/sources/import', { mcpServers: { up: { url: upstream.url } } })
    await inState(facet, 'up', 'up')
  })

  it('reads every spelling of the transport, and leaves disabled servers disabled', async () => {
    const facet = await startFacet()
    const servers = Object.fromEntries(
      ['http', 'streamable-http', 'streamableHttp', 'sse'].map((type) => [
        type,
        { type, url: URL_A, disabled: true },
      ]),
    )
    const { imported } = await facet.ok<{ imported: unknown[] }>('POST', '/sources/import', {
      servers,
    })
    expect(imported).toHaveLength(4)
    expect((await sourceOf(facet, 'sse')).enabled).toBe(false)
  })

  it('turns ${env:X} and ${input:x} into references, which must be declared', async () => {
    const secrets = {
      TOKEN: { env: 'T', hosts: ['a.example'] },
      api_key: { env: 'K', hosts: ['a.example'] },
    }
    const facet = await startFacet({ settings: { secrets } })
    const headers = { Authorization: 'Bearer ${env:TOKEN}', 'x-api-key': '${input:api-key}' }
    const body = { servers: { a: { url: URL_A, headers, disabled: true } } }
    await facet.ok('POST', '/sources/import', body)
    expect((await sourceOf(facet, 'a')).transport.headers).toEqual({
      Authorization: 'Bearer ${TOKEN}',
      'x-api-key': '${api_key}',
    })
  })

  it('imports nothing when one server cannot be, and says which and why', async () => {
    const facet = await startFacet()
    const body = {
      mcpServers: {
        good: { url: URL_A },
        command: { command: 'npx', args: ['-y', 'x'] },
        both: { url: URL_A, command: 'x' },
        neither: {},
        token: { url: URL_A, headers: { Authorization: 'Bearer ghp_x' } },
        '!!!': { url: URL_A },
      },
    }
    const { status, body: problem } = await facet.api('POST', '/sources/import', body)
    expect(status).toBe(400)
    const errors = problem.errors.map(({ path, code }: Record<string, string>) => `${path} ${code}`)
    expect(errors).toEqual([
      'mcpServers.command.type stdio_forbidden',
      'mcpServers.both invalid_request',
      'mcpServers.neither invalid_request',
      'mcpServers.token.headers.Authorization literal_secret',
      'mcpServers.!!! invalid_request',
    ])
    expect(await facet.ok('GET', '/sources')).toEqual({ sources: [] })
  })

  it('imports what it can when asked to, and reports the rest', async () => {
    const facet = await startFacet()
    const mcpServers = { good: { url: URL_A, disabled: true }, bad: { command: 'npx' } }
    const outcome = await facet.ok('POST', '/sources/import?partial=true', { mcpServers })
    expect(outcome).toMatchObject({
      imported: [{ id: 'good' }],
      failed: [{ name: 'bad', code: 'stdio_forbidden' }],
    })
  })

  it('adds nothing when the same file is imported again, and refuses a changed one', async () => {
    const facet = await startFacet()
    const mcpServers = { a: { url: URL_A, disabled: true, alwaysAllow: ['x'] } }
    const first = await facet.ok('POST', '/sources/import', { mcpServers })
    expect(first).toMatchObject({ warnings: [{ name: 'a', message: 'Ignored: alwaysAllow' }] })
    expect(await facet.ok('POST', '/sources/import', { mcpServers })).toMatchObject({
      imported: [],
      unchanged: [{ id: 'a' }],
    })
    const other = { mcpServers: { a: { url: 'https://b.example/mcp' } } }
    const answer = await facet.api('POST', '/sources/import', other)
    expect([answer.status, answer.body.errors[0].code]).toEqual([400, 'id_taken'])
  })

  it.each([[{}], [{ mcpServers: [] }], [{ servers: null }]])('refuses %j', async (body) => {
    const { api } = await startFacet()
    expect((await api('POST', '/sources/import', body)).status).toBe(400)
  })
})
