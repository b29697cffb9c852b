import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Catalog } from '../../src/catalog/catalog.ts'
import { createEntry } from '../../src/catalog/create-entry.ts'
import { patchEntry } from '../../src/catalog/patch-entry.ts'
import type { CatalogContext } from '../../src/catalog/verbs.ts'
import { CatalogWriter } from '../../src/catalog/writer.ts'
import type { EntryStore, EntryWrite } from '../../src/store/ports.ts'
import { server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { FakeUpstream, fakeTool } from '../support/fake-upstream.ts'
import { inState } from '../support/wait.ts'

/** A store that refuses writes when told to, as a full disk would. */
function refusingStore() {
  const writes: EntryWrite[] = []
  const state = { refuse: false }
  const store: EntryStore = {
    async *all() {},
    async write(write) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (state.refuse) throw new Error('disk full')
      writes.push(write)
    },
  }
  return { store, writes, state }
}

function context() {
  const { store, writes, state } = refusingStore()
  const catalog = new Catalog()
  const writer = new CatalogWriter(store, catalog)
  const verbs: CatalogContext = {
    catalog,
    writer,
    now: () => new Date(),
    checkHandler: () => {},
    checkInputSchema: () => {},
  }
  return { verbs, catalog, writes, state }
}

describe('a write the disk refuses', () => {
  it('is an error, and nothing of it is shown', async () => {
    const { verbs, catalog, state } = context()
    state.refuse = true
    const attempt = createEntry(verbs, 'tool', tool('a'))
    await expect(attempt).rejects.toMatchObject({ code: 'storage_failed' })
    expect(catalog.list('tool')).toEqual([])
  })

  it('takes those down that were built on it, and leaves the name free', async () => {
    const { verbs, catalog, state } = context()
    const { record } = await createEntry(verbs, 'tool', tool('a'))
    state.refuse = true
    const attempts = [
      patchEntry(verbs, 'tool', record.id, { title: 'one' }),
      patchEntry(verbs, 'tool', record.id, { description: 'two' }),
      createEntry(verbs, 'tool', tool('b')),
    ]
    for (const { status } of await Promise.allSettled(attempts)) expect(status).toBe('rejected')
    state.refuse = false
    expect(catalog.get(record.id)?.document).not.toHaveProperty('title')
    await createEntry(verbs, 'tool', tool('b'))
    const entry = await patchEntry(verbs, 'tool', record.id, { title: 'three' })
    expect(entry.record.version).toBe(2)
  })
})

describe('writes made at the same time', () => {
  it('share transactions instead of waiting for the disk one by one', async () => {
    const { verbs, writes } = context()
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => createEntry(verbs, 'tool', tool(`t${i}`))),
    )
    expect(writes.length).toBeLessThanOrEqual(3)
    expect(writes.flatMap(({ put }) => put)).toHaveLength(50)
  })
})

describe('a write of anything else that the disk refuses', () => {
  it('is an error with a code, and changes nothing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'facet-refused-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const database = join(directory, 'facet.db')
    const facet = await startFacet({ settings: { database } })
    const { api, ok } = facet
    const upstream = await FakeUpstream.start()
    upstream.tools.push(fakeTool('remote'))
    const transport = { type: 'http', url: upstream.url }
    await ok('POST', '/sources', { id: 'up', transport })
    await inState(facet, 'up', 'up')
    const rule = { type: 'tool', filter: 'true', include_federated: true }
    const review = { admission: 'review' }
    await ok('POST', '/dynamic', server('s', rule, review))
    const { id } = await ok<{ id: string }>('POST', '/tools', tool('waits'))

    const other = new Database(database)
    onTestFinished(() => void other.close())
    for (const table of ['sources', 'servers', 'approvals', 'entries']) {
      for (const verb of ['insert', 'update', 'delete']) {
        const name = `${table}_${verb}`
        const body = "select raise(abort, 'disk full')"
        other.exec(`create trigger ${name} before ${verb} on ${table} begin ${body}; end`)
      }
    }
    const writes: [string, string, unknown?][] = [
      ['POST', '/dynamic', server('t', rule)],
      ['PATCH', '/dynamic/s', { description: 'changed' }],
      ['POST', '/dynamic/s/deactivate'],
      ['POST', '/dynamic/s/pending/approve', { entries: [id] }],
      ['DELETE', '/dynamic/s'],
      ['POST', '/sources', { id: 'other', transport }],
      ['PATCH', '/sources/up', { tags: ['changed'] }],
      ['DELETE', '/sources/up'],
    ]
    const before = await ok('GET', '/dynamic')
    for (const [method, path, body] of writes) {
      const answer = await api(method, path, body)
      expect([method, path, answer.status, answer.body.code]).toEqual([
        method,
        path,
        503,
        'storage_failed',
      ])
      expect(answer.text).not.toContain('disk full')
    }
    expect(await ok('GET', '/dynamic')).toEqual(before)
    const { sources } = await ok<{ sources: { id: string; tags: string[] }[] }>('GET', '/sources')
    expect(sources.map(({ id, tags }) => [id, tags])).toEqual([['up', []]])
    // It is connected as before.
    await inState(facet, 'up', 'up')
    expect((await api('POST', '/sources/up/sync')).status).toBe(200)
  })
})
