import { describe, expect, it } from 'vitest'
import { prompt, resource, template, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

describe('posting an entry', () => {
  it('answers 201 with the entry, its address and its ETag', async () => {
    const { api } = await startFacet()
    const body = tool('create_issue', {
      title: 'Create issue',
      description: 'Opens an issue',
      tags: ['github', 'write'],
      annotations: { destructiveHint: true },
      meta: { team: 'risk' },
      owner: 'u1',
      roles: ['dev'],
    })
    const { status, headers, body: entry } = await api('POST', '/tools', body)
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/tools/${entry.id}`)
    expect(headers.get('etag')).toBe('"1"')
    expect(entry).toMatchObject({
      type: 'tool',
      name: 'create_issue',
      title: 'Create issue',
      tags: ['github', 'write'],
      source: 'manual',
      federated: false,
      enabled: true,
      deprecated: false,
      owner: 'u1',
      roles: ['dev'],
      inputSchema: { type: 'object' },
      annotations: { destructiveHint: true },
      meta: { team: 'risk' },
    })
    expect(entry.id).toMatch(/^tool_[0-9A-Z]{26}$/)
  })

  it('takes prompts, resources and resource templates with the fields of each', async () => {
    const { ok } = await startFacet()
    const args = [{ name: 'topic', required: true }]
    const made = {
      prompt: await ok('POST', '/prompts', prompt('summarise', { arguments: args })),
      text: await ok('POST', '/resources', resource('docs://a', { mimeType: 'text/plain' })),
      blob: await ok('POST', '/resources', {
        uri: 'docs://logo',
        name: 'logo',
        blob: 'aGVsbG8=',
        mimeType: 'image/png',
      }),
      template: await ok('POST', '/resource_templates', template('docs://{page}')),
    }
    expect(made.prompt).toMatchObject({ type: 'prompt', arguments: args })
    expect(made.text).toMatchObject({ type: 'resource', uri: 'docs://a', mimeType: 'text/plain' })
    expect(made.blob).toMatchObject({ type: 'resource', uri: 'docs://logo' })
    expect(made.template).toMatchObject({ type: 'resource_template', uriTemplate: 'docs://{page}' })
  })

  it('never answers with a handler, messages or contents', async () => {
    const { ok, api } = await startFacet()
    await ok(
      'POST',
      '/tools',
      tool('a', { handler: { type: 'http', url: 'https://hidden.example' } }),
    )
    await ok('POST', '/prompts', prompt('b'))
    await ok('POST', '/resources', resource('docs://c'))
    for (const noun of ['tools', 'prompts', 'resources']) {
      const { text } = await api('GET', `/${noun}`)
      expect(text).not.toMatch(/handler|hidden\.example|messages|Text of|Do b/)
    }
  })

  it('makes an argument of a placeholder that nobody declared', async () => {
    const { ok } = await startFacet()
    const text = 'Say {{ greeting }} to {{name}}'
    const messages = [{ role: 'user', content: { type: 'text', text } }]
    const body = { name: 'greet', arguments: [{ name: 'name' }], messages }
    expect(await ok('POST', '/prompts', body)).toMatchObject({
      arguments: [{ name: 'name' }, { name: 'greeting', required: true }],
    })
  })

  it('refuses a name that is taken, and names who has it', async () => {
    const { ok, api } = await startFacet()
    const first = await ok<{ id: string }>('POST', '/tools', tool('a'))
    const { status, body } = await api('POST', '/tools', tool('a'))
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'name_taken', detail: expect.stringContaining(first.id) })
  })

  it('lets one of two simultaneous posts of a name win', async () => {
    const { api } = await startFacet()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api('POST', '/tools', tool('a'))),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
  })

  it('keeps names of tools and prompts apart', async () => {
    const { ok } = await startFacet()
    await ok('POST', '/tools', tool('same'))
    await ok('POST', '/prompts', prompt('same'))
  })

  it.each([
    ['/tools', { ...tool('a b') }, 'name'],
    ['/tools', { ...tool('a:b') }, 'name'],
    ['/tools', { ...tool('x'.repeat(129)) }, 'name'],
    ['/tools', { name: 'a' }, 'handler'],
    ['/tools', tool('a', { surprise: 1 }), ''],
    ['/tools', tool('a', { inputSchema: { type: 'string' } }), 'inputSchema'],
    ['/tools', tool('a', { inputSchema: [] }), 'inputSchema'],
    ['/tools', tool('a', { handler: { type: 'http', url: 'ftp://x/y' } }), 'handler.url'],
    ['/tools', tool('a', { handler: { type: 'http', url: 'https://{host}/y' } }), 'handler.url'],
    ['/tools', tool('a', { handler: { type: 'http', url: 'https://u:p@h/y' } }), 'handler.url'],
    ['/tools', tool('a', { handler: { type: 'http', url: 'https://h/?k=${K}' } }), 'handler.url'],
    ['/prompts', { name: 'a', messages: [] }, 'messages'],
    ['/prompts', prompt('a', { arguments: [{ name: 'x' }, { name: 'x' }] }), 'arguments'],
    ['/resources', { uri: 'docs://a', name: 'a' }, 'text'],
    ['/resources', { uri: 'docs://a', name: 'a', text: '', blob: '' }, 'text'],
    ['/resources', { uri: 'docs://a', name: 'a', blob: '%%%' }, 'blob'],
    ['/resources', resource('no-scheme'), 'uri'],
    ['/resource_templates', template('docs://fixed'), 'uriTemplate'],
  ])('refuses %s with %j and says where', async (path, body, where) => {
    const { api } = await startFacet()
    const answer = await api('POST', path, body)
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('invalid_request')
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(where)
    expect((await api('GET', path)).body).toEqual({ [path.slice(1)]: [] })
  })

  it('refuses a JSON Schema that cannot be used', async () => {
    const { api } = await startFacet()
    const wrong = { type: 'object', properties: { a: { type: 'wat' } } }
    const remote = { type: 'object', properties: { a: { $ref: 'https://elsewhere.example/s' } } }
    for (const inputSchema of [wrong, remote]) {
      const { status, body } = await api('POST', '/tools', tool('a', { inputSchema }))
      expect([status, body.code, body.errors[0].path]).toEqual([
        400,
        'invalid_schema',
        'inputSchema',
      ])
    }
  })

  it('refuses a tool that says wrongly which arguments go in headers', async () => {
    const { api, ok } = await startFacet()
    const schemaOf = (argument: object) => ({ type: 'object', properties: { a: argument } })
    const header = (name: unknown, type = 'string') => ({ type, 'x-mcp-header': name })
    const wrong = [header('no token'), header('A', 'number'), { items: header('A') }]
    const { id } = await ok<{ id: string }>('POST', '/tools', tool('there'))
    const refused = { path: 'inputSchema', message: expect.stringMatching(/^x-mcp-header/) }
    for (const inputSchema of wrong.map(schemaOf)) {
      const answers = [
        await api('POST', '/tools', tool('a', { inputSchema })),
        await api('PUT', `/tools/${id}`, tool('there', { inputSchema })),
        await api('PATCH', `/tools/${id}`, { inputSchema }),
      ]
      for (const { status, body } of answers) {
        expect([status, body.code, body.errors]).toEqual([400, 'invalid_schema', [refused]])
      }
    }
    await ok('POST', '/tools', tool('a', { inputSchema: schemaOf(header('A')) }))
  })

  it('refuses metadata nested too deep rather than letting filters walk into it', async () => {
    const { api } = await startFacet()
    const meta = JSON.parse(`{"a":${'['.repeat(100)}${']'.repeat(100)}}`)
    const { status, body } = await api('POST', '/tools', tool('a', { meta }))
    expect([status, body.errors[0].path]).toEqual([400, 'meta'])
  })

  it('keeps a member called __proto__ as plain data', async () => {
    const { api } = await startFacet()
    const body = JSON.stringify(tool('a')).replace('{', '{"meta":{"__proto__":{"polluted":true}},')
    const { status, text } = await api('POST', '/tools', body)
    expect(status).toBe(201)
    expect(text).toContain('"__proto__":{"polluted":true}')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
