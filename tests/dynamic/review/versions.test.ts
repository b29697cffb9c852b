import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { server, tool } from '../../support/bodies.ts'
import { startFacet, type TestFacet } from '../../support/facet.ts'

const X = { type: 'tool', filter: "'x' in tags" }
const Y = { type: 'tool', filter: "'y' in tags" }

interface Versions {
  versions: { version: number; author: { id: string; kind: string }; changes: unknown }[]
  next_cursor?: string
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-versions-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const versionsOf = (facet: TestFacet, query = '') =>
  facet.ok<Versions>('GET', `/dynamic/s/versions${query}`)

/** Versions: 1 has rule X, 2 has another name, 3 has rules X and Y. */
async function changed(facet: TestFacet) {
  await facet.ok('POST', '/tools', tool('a', { tags: ['x'] }))
  await facet.ok('POST', '/tools', tool('b', { tags: ['y'] }))
  await facet.ok('POST', '/dynamic', server('s', X))
  await facet.ok('PATCH', '/dynamic/s', { name: 'New name' })
  await facet.ok('PATCH', '/dynamic/s', { rules: [X, Y] })
}

describe('every saved change of a server', () => {
  it('makes a version with author and summary, newest first', async () => {
    const facet = await startFacet()
    await changed(facet)
    const { versions } = await versionsOf(facet)
    expect(versions.map(({ version }) => version)).toEqual([3, 2, 1])
    expect(versions[0]!.author).toEqual({ id: 'local', kind: 'local' })
    const none = { added: 0, removed: 0, changed: 0, reordered: false }
    expect(versions.map(({ changes }) => changes)).toEqual([
      { fields: [], rules: { ...none, added: 1 } },
      { fields: ['name'], rules: none },
      null,
    ])
  })

  it('is listed in pages', async () => {
    const facet = await startFacet()
    await changed(facet)
    const first = await versionsOf(facet, '?limit=2')
    expect(first.versions.map(({ version }) => version)).toEqual([3, 2])
    const second = await versionsOf(facet, `?limit=2&cursor=${first.next_cursor}`)
    expect(second.versions.map(({ version }) => version)).toEqual([1])
    expect(second).not.toHaveProperty('next_cursor')
  })

  it('is kept through a restart, and removed with its server', async () => {
    const settings = { database: join(folder(), 'facet.db') }
    const first = await startFacet({ settings })
    await changed(first)
    await first.facet.close()
    const facet = await startFacet({ settings })
    expect((await versionsOf(facet)).versions).toHaveLength(3)
    await facet.api('DELETE', '/dynamic/s')
    expect((await facet.api('GET', '/dynamic/s/versions')).status).toBe(404)
    await facet.ok('POST', '/dynamic', server('s', Y))
    expect((await versionsOf(facet)).versions).toMatchObject([{ version: 1, changes: null }])
  })

  it('is forgotten when 200 newer ones are there', async () => {
    const facet = await startFacet()
    await facet.ok('POST', '/dynamic', server('s', X))
    for (let i = 0; i < 201; i++) await facet.ok('PATCH', '/dynamic/s', { description: `${i}` })
    const { versions } = await versionsOf(facet, '?limit=200')
    expect([versions.length, versions[0]!.version, versions.at(-1)!.version]).toEqual([200, 202, 3])
    expect((await facet.api('GET', '/dynamic/s/versions/2')).status).toBe(404)
  })

  it('names the administrator, or the rules file, as its author', async () => {
    const rules = join(folder(), 'rules')
    mkdirSync(rules)
    writeFileSync(join(rules, 's.yaml'), 'name: S\nrules:\n  - type: tool\n    filter: "true"\n')
    const facet = await startFacet({ settings: { rules, admin_token: 'a-secret-token-1234567' } })
    const authorization = 'Bearer a-secret-token-1234567'
    const as = (method: string, path: string, body?: unknown) =>
      facet.api(method, path, body, { authorization })
    await as('POST', '/dynamic', server('by-rest', X))
    const authorOf = async (id: string) =>
      (await as('GET', `/dynamic/${id}/versions`)).body.versions[0].author
    expect(await authorOf('s')).toEqual({ id: 's.yaml', kind: 'file' })
    expect(await authorOf('by-rest')).toEqual({ id: 'admin', kind: 'admin' })
    const refused = await as('POST', '/dynamic/s/rollback', { version: 1 })
    expect([refused.status, refused.body.code]).toEqual([409, 'managed_by_file'])
  })
})

describe('comparing versions', () => {
  it('tells fields and rules apart, and which entries that is about now', async () => {
    const facet = await startFacet()
    await changed(facet)
    const changedX = { ...X, filter: "'z' in tags" }
    await facet.ok('PATCH', '/dynamic/s', { rules: [Y, changedX] })
    const compare = (query: string) => facet.ok('GET', `/dynamic/s/versions/compare?${query}`)
    expect(await compare('from=1&to=3')).toMatchObject({
      fields: [{ field: 'name', before: 's', after: 'New name' }],
      rules: { added: [{ index: 1, rule: { filter: Y.filter } }], removed: [], changed: [] },
      entries: { gained: [{ name: 'b', type: 'tool' }], lost: [] },
    })
    expect(await compare('from=3')).toMatchObject({
      to: 4,
      fields: [],
      rules: {
        added: [],
        removed: [],
        changed: [{ from_index: 0, to_index: 1, changes: [{ field: 'filter', before: X.filter }] }],
      },
      entries: { gained: [], lost: [{ name: 'a' }] },
    })
    expect(await compare('from=2&to=2')).toMatchObject({ entries: { gained: [], lost: [] } })
  })

  it('sees that rules only changed places', async () => {
    const facet = await startFacet()
    await changed(facet)
    await facet.ok('PATCH', '/dynamic/s', { rules: [Y, X] })
    const none = { added: 0, removed: 0, changed: 0, reordered: true }
    expect((await versionsOf(facet)).versions[0]!.changes).toEqual({ fields: [], rules: none })
  })

  it('says so when the entries cannot be told', async () => {
    const facet = await startFacet()
    await facet.ok('POST', '/dynamic', server('s', X))
    await facet.ok('PATCH', '/dynamic/s', {
      rules: [{ type: 'tool', mode: 'llm', llm_prompt: 'Anything' }],
    })
    const answer = await facet.ok('GET', '/dynamic/s/versions/compare?from=1')
    expect(answer).toMatchObject({ entries: null, entries_problem: { code: expect.any(String) } })
  })
})

describe('rolling back', () => {
  it('makes a server what it was, as a new version, for its clients too', async () => {
    const facet = await startFacet()
    await changed(facet)
    const { status, body, headers } = await facet.api('POST', '/dynamic/s/rollback', { version: 1 })
    expect([status, body.version, body.name, headers.get('etag')]).toEqual([200, 4, 's', '"4"'])
    const { tools } = await facet.ok<{ tools: { name: string }[] }>('GET', '/dynamic/s/tools')
    expect(tools.map(({ name }) => name)).toEqual(['a'])
    const old = await facet.ok<{ definition: object }>('GET', '/dynamic/s/versions/1')
    const now = await facet.ok<{ definition: object }>('GET', '/dynamic/s/versions/4')
    expect(now.definition).toEqual(old.definition)
  })

  it('honours If-Match, and knows neither later nor forgotten versions', async () => {
    const facet = await startFacet()
    await changed(facet)
    const stale = { 'if-match': '"2"' }
    const refused = await facet.api('POST', '/dynamic/s/rollback', { version: 1 }, stale)
    expect([refused.status, refused.body.code]).toEqual([412, 'precondition_failed'])
    expect((await facet.api('POST', '/dynamic/s/rollback', { version: 9 })).status).toBe(404)
    expect((await facet.api('POST', '/dynamic/all/rollback', { version: 1 })).body.code).toBe(
      'builtin',
    )
    expect((await versionsOf(facet)).versions).toHaveLength(3)
  })
})
