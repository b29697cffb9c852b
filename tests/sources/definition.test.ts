import { describe, expect, it } from 'vitest'
import { startFacet } from '../support/facet.ts'
import { sourceOf } from '../support/wait.ts'

const transport = { type: 'http', url: 'https://a.example/mcp' }

describe('a source', () => {
  it('is made with 201, its address and an id made of its host when it has none', async () => {
    const { api } = await startFacet()
    const { status, headers, body } = await api('POST', '/sources', { transport, enabled: false })
    expect([status, headers.get('location')]).toEqual([201, '/sources/a-example'])
    expect(body).toMatchObject({ id: 'a-example', kind: 'mcp', description: null, prefix: null })
    const second = await api('POST', '/sources', { transport, enabled: false })
    expect(second.body.id).toBe('a-example-2')
  })

  it('is changed by a merge patch, unless somebody else changed it first', async () => {
    const facet = await startFacet()
    await facet.ok('POST', '/sources', { id: 'a', transport, enabled: false })
    await facet.ok('PATCH', '/sources/a', { description: 'A', tags: ['x'] })
    expect(await sourceOf(facet, 'a')).toMatchObject({ description: 'A', tags: ['x'], version: 2 })
    const stale = await facet.api('PATCH', '/sources/a', { tags: [] }, { 'if-match': '"1"' })
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed'])
    expect((await facet.api('PATCH', '/sources/a', { id: 'b' })).status).toBe(400)
  })

  it('cannot take an id that is in use or reserved', async () => {
    const { ok, api } = await startFacet()
    await ok('POST', '/sources', { id: 'a', transport, enabled: false })
    for (const id of ['a', 'manual', 'import']) {
      const answer = await api('POST', '/sources', { id, transport })
      expect([answer.status, answer.body.code]).toEqual([409, 'id_taken'])
    }
  })

  it.each([
    [{ id: 'A B', transport }, 'id'],
    [{ id: 'a', kind: 'openapi', transport }, 'kind'],
    [{ id: 'a' }, 'transport'],
    [{ id: 'a', transport: { type: 'http' } }, 'transport.url'],
    [{ id: 'a', transport: { type: 'http', url: 'ftp://x/y' } }, 'transport.url'],
    [{ id: 'a', transport: { type: 'http', url: 'nowhere' } }, 'transport.url'],
    [{ id: 'a', transport: { ...transport, command: 'x' } }, 'transport'],
    [{ id: 'a', transport: { type: 'stdio', command: '' } }, 'transport.command'],
    [{ id: 'a', transport: { type: 'stdio', command: 'x', args: [1] } }, 'transport.args[0]'],
    [{ id: 'a', transport: { ...transport, headers: { 'a b': 'x' } } }, 'transport.headers.a b'],
    [{ id: 'a', transport: { ...transport, headers: { a: 'x\ny' } } }, 'transport.headers.a'],
    [{ id: 'a', transport, prefix: 'a b' }, 'prefix'],
    [{ id: 'a', transport, timeout_ms: 0 }, 'timeout_ms'],
    [{ id: 'a', transport, timeout_ms: 300_001 }, 'timeout_ms'],
  ])('is refused as %j, saying where', async (body, where) => {
    const { api } = await startFacet()
    const answer = await api('POST', '/sources', body)
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, where])
  })
})
