import { describe, expect, it } from 'vitest'
import { Catalog } from '../../src/catalog/catalog.ts'
import { createEntry } from '../../src/catalog/create-entry.ts'
import { patchEntry } from '../../src/catalog/patch-entry.ts'
import type { CatalogContext } from '../../src/catalog/verbs.ts'
import { CatalogWriter } from '../../src/catalog/writer.ts'
import type { EntryStore, EntryWrite } from '../../src/store/ports.ts'
import { tool } from '../support/bodies.ts'

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
