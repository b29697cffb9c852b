import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { FakeUpstream, TAKEN } from '../support/fake-upstream.ts'
import { inState } from '../support/wait.ts'

const VALUE = 'value-of-the-secret'
const ENVIRONMENT = { ALLOWED_VAR: VALUE, UNDECLARED: 'never-to-be-read' }

function source(id: string, url: string, headers: Record<string, string>) {
  return { id, transport: { type: 'http', url, headers } }
}

async function declared(
  upstream: FakeUpstream,
  more: Record<string, unknown> = {},
  log: (line: string) => void = () => undefined,
) {
  const hosts = [new URL(upstream.url).host]
  return startFacet({
    environment: ENVIRONMENT,
    log,
    settings: { secrets: { GITHUB: { env: 'ALLOWED_VAR', hosts } }, ...more },
  })
}

async function refused({ api, ok }: TestFacet, body: unknown, code: string, path: string) {
  const answer = await api('POST', '/sources', body)
  expect([answer.status, answer.body.code, answer.body.errors?.[0].path]).toEqual([400, code, path])
  expect(await ok('GET', '/sources')).toEqual({ sources: [] })
}

describe('a source posted over REST', () => {
  it('sends a declared secret to a host it is declared for', async () => {
    const upstream = await FakeUpstream.start()
    const facet = await declared(upstream)
    const headers = { Authorization: 'Bearer ${GITHUB}', 'x-tenant': 'acme' }
    await facet.ok('POST', '/sources', source('up', upstream.url, headers))
    await inState(facet, 'up', 'up')
    expect(upstream.seen[0]!.headers).toMatchObject({
      authorization: `Bearer ${VALUE}`,
      'x-tenant': 'acme',
    })
  })

  it('cannot read a variable that is not declared', async () => {
    const upstream = await FakeUpstream.start()
    const facet = await declared(upstream)
    for (const name of ['UNDECLARED', 'ALLOWED_VAR', 'PATH', 'constructor', '__proto__']) {
      const body = source('up', upstream.url, { 'x-a': `\${${name}}` })
      await refused(facet, body, 'unknown_secret', 'transport.headers.x-a')
    }
    expect(upstream.seen).toEqual([])
  })

  it('cannot send a declared secret to another host, nor to another port', async () => {
    const [upstream, other] = [await FakeUpstream.start(), await FakeUpstream.start()]
    const facet = await declared(upstream)
    for (const url of [other.url, 'https://evil.example/mcp']) {
      const body = source('up', url, { Authorization: 'Bearer ${GITHUB}' })
      await refused(facet, body, 'unknown_secret', 'transport.headers.Authorization')
    }
    expect(other.seen).toEqual([])
  })

  it('cannot be pointed elsewhere afterwards', async () => {
    const [upstream, other] = [await FakeUpstream.start(), await FakeUpstream.start()]
    const facet = await declared(upstream)
    const headers = { Authorization: 'Bearer ${GITHUB}' }
    await facet.ok('POST', '/sources', source('up', upstream.url, headers))
    const patch = { transport: { url: other.url } }
    const { status, body } = await facet.api('PATCH', '/sources/up', patch)
    expect([status, body.code]).toEqual([400, 'unknown_secret'])
    expect(other.seen).toEqual([])
  })

  it('does not take secrets along when its upstream redirects to another host', async () => {
    const [upstream, other] = [await FakeUpstream.start(), await FakeUpstream.start()]
    for (const method of ['initialize', 'server/discover']) {
      upstream.answers.set(method, (_, response) => {
        response.writeHead(307, { location: other.url }).end()
        return TAKEN
      })
    }
    const facet = await declared(upstream)
    const headers = { Authorization: 'Bearer ${GITHUB}' }
    await facet.ok('POST', '/sources', source('up', upstream.url, headers))
    await inState(facet, 'up', 'down')
    expect(other.seen).toEqual([])
  })

  it.each([400, 404, 405])(
    'does not show a secret that its upstream repeats with status %i',
    async (status) => {
      const upstream = await FakeUpstream.start()
      for (const method of ['initialize', 'server/discover']) {
        upstream.answers.set(method, (_, response) => {
          response.writeHead(status).end(`Bad credential: Bearer ${VALUE}`)
          return TAKEN
        })
      }
      const log: string[] = []
      const facet = await declared(upstream, {}, (line) => log.push(line))
      const headers = { Authorization: 'Bearer ${GITHUB}' }
      await facet.ok('POST', '/sources', source('up', upstream.url, headers))
      const shown = await inState(facet, 'up', 'down')
      expect(shown.status.last_error?.message).toContain('Bad credential')
      expect(JSON.stringify(shown)).not.toContain(VALUE)
      expect(log.join('')).not.toContain(VALUE)
    },
  )

  it('may not have a secret written out', async () => {
    const upstream = await FakeUpstream.start()
    const facet = await declared(upstream)
    for (const name of ['Authorization', 'x-api-key', 'Cookie', 'X-Auth-Token']) {
      const body = source('up', upstream.url, { [name]: 'Bearer abcdef' })
      await refused(facet, body, 'literal_secret', `transport.headers.${name}`)
    }
  })

  it('may not have a secret in its URL', async () => {
    const upstream = await FakeUpstream.start()
    const facet = await declared(upstream)
    const urls = [`${upstream.url}?key=\${GITHUB}`, upstream.url.replace('//', '//user:pass@')]
    for (const url of urls) {
      const answer = await facet.api('POST', '/sources', source('up', url, {}))
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request'])
    }
  })

  it('may not name a command, unless that is allowed', async () => {
    const upstream = await FakeUpstream.start()
    const body = { id: 'cmd', transport: { type: 'stdio', command: process.execPath } }
    const strict = await declared(upstream)
    const answer = await strict.api('POST', '/sources', body)
    expect([answer.status, answer.body.code]).toEqual([403, 'stdio_forbidden'])
    const guessed = await strict.api('POST', '/sources', body, { 'x-facet-operator': 'x' })
    expect(guessed.status).toBe(403)
    const proven = { 'x-facet-operator': strict.facet.operatorToken }
    expect((await strict.api('POST', '/sources', body, proven)).status).toBe(201)
    const lax = await declared(upstream, { allow_stdio_over_rest: true })
    expect((await lax.api('POST', '/sources', body)).status).toBe(201)
  })

  it('gives a command only secrets that are declared for commands', async () => {
    const upstream = await FakeUpstream.start()
    const facet = await declared(upstream, { allow_stdio_over_rest: true })
    const env = { TOKEN: '${GITHUB}' }
    const body = { id: 'cmd', transport: { type: 'stdio', command: 'true', env } }
    await refused(facet, body, 'unknown_secret', 'transport.env.TOKEN')
  })
})

describe('a source of the configuration file', () => {
  it('may name any variable', async () => {
    const upstream = await FakeUpstream.start()
    const headers = { Authorization: 'Bearer ${UNDECLARED}' }
    const facet = await declared(upstream, { sources: [source('up', upstream.url, headers)] })
    await inState(facet, 'up', 'up')
    expect(upstream.seen[0]!.headers.authorization).toBe('Bearer never-to-be-read')
  })

  it('is down, with the name of the variable, when it is not set', async () => {
    const upstream = await FakeUpstream.start()
    const headers = { Authorization: 'Bearer ${NOT_SET}' }
    const facet = await declared(upstream, { sources: [source('up', upstream.url, headers)] })
    const { status } = await inState(facet, 'up', 'down')
    expect(status.last_error?.message).toContain('${NOT_SET} is not set')
    expect(upstream.seen).toEqual([])
  })

  it('cannot be changed over REST', async () => {
    const upstream = await FakeUpstream.start()
    const facet = await declared(upstream, { sources: [source('up', upstream.url, {})] })
    for (const method of ['PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { tags: ['x'] } : undefined
      const answer = await facet.api(method, '/sources/up', body)
      expect([answer.status, answer.body.code]).toEqual([409, 'managed_by_config'])
    }
  })
})

describe('values of secrets', () => {
  it('are never shown, logged or stored', async () => {
    const lines: string[] = []
    const upstream = await FakeUpstream.start()
    const facet = await startFacet({
      environment: ENVIRONMENT,
      log: (line) => lines.push(line),
      settings: {
        secrets: { GITHUB: { env: 'ALLOWED_VAR', hosts: [new URL(upstream.url).host] } },
        sources: [source('literal', upstream.url, { Authorization: 'Bearer literal-in-file' })],
      },
    })
    const headers = { Authorization: 'Bearer ${GITHUB}' }
    await facet.ok('POST', '/sources', source('up', upstream.url, headers))
    await inState(facet, 'up', 'up')
    await inState(facet, 'literal', 'up')
    upstream.answers.set('tools/list', () => ({
      error: { code: -32603, message: `no access for ${VALUE}` },
    }))
    await facet.api('POST', '/sources/up/sync')
    const shown = (await facet.api('GET', '/sources')).text
    expect(shown).toContain('Bearer ${GITHUB}')
    for (const text of [
      shown,
      lines.join('\n'),
      (await facet.api('GET', '/health/detailed')).text,
    ]) {
      expect(text).not.toContain(VALUE)
      expect(text).not.toContain('literal-in-file')
    }
  })
})

describe('a secret in a file', () => {
  it('is read below secrets_dir and nowhere else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'facet-secrets-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    mkdirSync(join(folder, 'inside'))
    writeFileSync(join(folder, 'inside', 'token'), `${VALUE}\n`)
    writeFileSync(join(folder, 'outside'), 'must not be read')
    symlinkSync(join(folder, 'outside'), join(folder, 'inside', 'link'))
    const upstream = await FakeUpstream.start()
    const hosts = [new URL(upstream.url).host]
    const facet = await startFacet({
      settings: {
        secrets_dir: join(folder, 'inside'),
        secrets: {
          GOOD: { file: 'token', hosts },
          UP: { file: '../outside', hosts },
          LINK: { file: 'link', hosts },
          ABSOLUTE: { file: join(folder, 'outside'), hosts },
        },
      },
    })
    await facet.ok('POST', '/sources', source('good', upstream.url, { 'x-a': '${GOOD}' }))
    await inState(facet, 'good', 'up')
    expect(upstream.seen[0]!.headers['x-a']).toBe(VALUE)
    for (const name of ['UP', 'LINK', 'ABSOLUTE']) {
      const id = name.toLowerCase()
      await facet.ok('POST', '/sources', source(id, upstream.url, { 'x-a': `\${${name}}` }))
      const { status } = await inState(facet, id, 'down')
      expect(status.last_error?.message).toContain('cannot be read below secrets_dir')
    }
  })
})

describe('a handler', () => {
  it('may refer only to secrets declared for its host', async () => {
    const facet = await startFacet({
      environment: ENVIRONMENT,
      settings: { secrets: { GITHUB: { env: 'ALLOWED_VAR', hosts: ['api.github.com'] } } },
    })
    const headers = { authorization: 'Bearer ${GITHUB}' }
    const at = (url: string, more = headers) =>
      facet.api('POST', '/tools', tool('a', { handler: { type: 'http', url, headers: more } }))
    const elsewhere = await at('https://api.github.com.evil.example/{id}')
    expect([elsewhere.status, elsewhere.body.code]).toEqual([400, 'unknown_secret'])
    const literal = await at('https://api.github.com/', { authorization: 'Bearer abc' })
    expect([literal.status, literal.body.code]).toEqual([400, 'literal_secret'])
    expect((await at('https://api.github.com/items/{id}')).status).toBe(201)
  })
})
