import { describe, expect, it } from 'vitest'
import { prompt, resource, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

interface Made {
  id: string
}

describe('PATCH of an entry', () => {
  it('is a merge patch: members are set, null removes, what is absent stays', async () => {
    const { ok } = await startFacet()
    const { id } = await ok<Made>(
      'POST',
      '/tools',
      tool('a', { title: 'A', meta: { x: 1, y: { z: 2 } } }),
    )
    const patch = { title: null, description: 'now', meta: { x: null, y: { w: 3 } } }
    const entry = await ok<Record<string, unknown>>('PATCH', `/tools/${id}`, patch)
    expect(entry).toMatchObject({ name: 'a', description: 'now', meta: { y: { z: 2, w: 3 } } })
    expect(entry).not.toHaveProperty('title')
    expect(entry.meta).not.toHaveProperty('x')
  })

  it('is accepted as application/merge-patch+json too', async () => {
    const { ok, api } = await startFacet()
    const { id } = await ok<Made>('POST', '/tools', tool('a'))
    const type = { 'content-type': 'application/merge-patch+json' }
    const { status, body } = await api('PATCH', `/tools/${id}`, { deprecated: true }, type)
    expect([status, body.deprecated]).toEqual([200, true])
  })

  it('takes a new name unless another entry has it', async () => {
    const { ok, api } = await startFacet()
    const { id } = await ok<Made>('POST', '/tools', tool('a'))
    await ok('POST', '/tools', tool('b'))
    expect((await api('PATCH', `/tools/${id}`, { name: 'b' })).status).toBe(409)
    expect(await ok('PATCH', `/tools/${id}`, { name: 'c' })).toMatchObject({ id, name: 'c' })
    await ok('POST', '/tools', tool('a'))
  })

  it('gives a resource a text in place of its blob', async () => {
    const { ok } = await startFacet()
    const blob = { uri: 'docs://a', name: 'a', blob: 'aGVsbG8=' }
    const { id } = await ok<Made>('POST', '/resources', blob)
    expect(await ok('PATCH', `/resources/${id}`, { text: 'hello' })).toMatchObject({ id })
  })

  it.each([
    [{ name: null }, 'name'],
    [{ surprise: true }, ''],
    [{ enabled: 'yes' }, 'enabled'],
    [{ handler: { url: 'file:///etc/passwd' } }, 'handler.url'],
    [{ inputSchema: { type: 'array' } }, 'inputSchema'],
  ])('refuses %j and changes nothing', async (patch, where) => {
    const { ok, api } = await startFacet()
    const { id } = await ok<Made>('POST', '/tools', tool('a'))
    const before = await ok('GET', `/tools/${id}`)
    const { status, body } = await api('PATCH', `/tools/${id}`, patch)
    expect([status, body.errors[0].path]).toEqual([400, where])
    expect(await ok('GET', `/tools/${id}`)).toEqual(before)
  })

  it('never ignores dry_run silently', async () => {
    const { ok, api } = await startFacet()
    const { id } = await ok<Made>('POST', '/tools', tool('a'))
    const { status } = await api('PATCH', `/tools/${id}?dry_run=true`, { deprecated: true })
    const { deprecated } = await ok<{ deprecated: boolean }>('GET', `/tools/${id}`)
    expect(status === 200 || status === 400).toBe(true)
    expect(deprecated).toBe(false)
  })

  it('loses none of many changes made at the same time', async () => {
    const { ok } = await startFacet()
    const { id } = await ok<Made>('POST', '/tools', tool('a'))
    const keys = Array.from({ length: 40 }, (_, i) => `k${i}`)
    await Promise.all(keys.map((key) => ok('PATCH', `/tools/${id}`, { meta: { [key]: key } })))
    const { meta } = await ok<{ meta: object }>('GET', `/tools/${id}`)
    expect(Object.keys(meta).sort()).toEqual([...keys].sort())
  })
})

describe('PUT of an entry', () => {
  it('replaces it: what the body leaves out takes its default', async () => {
    const { ok } = await startFacet()
    const more = { title: 'A', tags: ['x'], deprecated: true, meta: { a: 1 } }
    const { id } = await ok<Made>('POST', '/tools', tool('a', more))
    const entry = await ok<Record<string, unknown>>('PUT', `/tools/${id}`, tool('a2'))
    expect(entry).toMatchObject({ id, name: 'a2', tags: [], deprecated: false, meta: {} })
    expect(entry).not.toHaveProperty('title')
  })

  it('does not make an entry', async () => {
    const { api } = await startFacet()
    expect((await api('PUT', '/tools/tool_x', tool('a'))).status).toBe(404)
  })
})

describe('DELETE of an entry', () => {
  it('takes it out of lists and frees its name', async () => {
    const { ok, api } = await startFacet()
    const { id } = await ok<Made>('POST', '/prompts', prompt('a'))
    expect((await api('DELETE', `/prompts/${id}`)).status).toBe(204)
    expect((await api('GET', `/prompts/${id}`)).status).toBe(404)
    expect((await api('DELETE', `/prompts/${id}`)).status).toBe(404)
    await ok('POST', '/prompts', prompt('a'))
  })
})

describe('If-Match', () => {
  it.each(['PATCH', 'PUT', 'DELETE'])(
    'makes %s fail with 412 on another version',
    async (method) => {
      const { ok, api } = await startFacet()
      const { id } = await ok<Made>('POST', '/tools', tool('a'))
      await ok('PATCH', `/tools/${id}`, { deprecated: true })
      const body = { PATCH: { tags: ['x'] }, PUT: tool('b'), DELETE: undefined }[method]
      const stale = await api(method, `/tools/${id}`, body, { 'if-match': '"1"' })
      expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed'])
      expect(await ok('GET', `/tools/${id}`)).toMatchObject({ name: 'a', tags: [] })
      const current = await api(method, `/tools/${id}`, body, { 'if-match': '"7", "2"' })
      expect(current.status).toBeLessThan(300)
    },
  )

  it('lets only one of two changes of a version through', async () => {
    const { ok, api } = await startFacet()
    const { id } = await ok<Made>('POST', '/tools', tool('a'))
    const change = (title: string) => api('PATCH', `/tools/${id}`, { title }, { 'if-match': '"1"' })
    const statuses = (await Promise.all([change('x'), change('y')])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 412])
  })
})

describe('an address of one noun', () => {
  it('does not show an entry of another', async () => {
    const { ok, api } = await startFacet()
    const { id } = await ok<Made>('POST', '/resources', resource('docs://a'))
    expect((await api('GET', `/tools/${id}`)).status).toBe(404)
    expect((await api('PATCH', `/tools/${id}`, { tags: [] })).status).toBe(404)
    expect((await api('DELETE', `/tools/${id}`)).status).toBe(404)
  })
})
