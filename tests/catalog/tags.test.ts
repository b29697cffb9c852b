import { describe, expect, it } from 'vitest'
import { prompt, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

interface Tagged {
  id: string
  tags: string[]
}

describe('tags of an entry', () => {
  it('are trimmed and told apart by case; repeated ones count once', async () => {
    const { ok } = await startFacet()
    const tags = [
      ' finance ',
      'Finance',
      'finance',
      'a-b_c.d:e/f',
      'größe',
      '金融',
      'हिन्दी',
      '2026',
    ]
    const entry = await ok<Tagged>('POST', '/tools', tool('a', { tags }))
    expect(entry.tags).toEqual([
      'finance',
      'Finance',
      'a-b_c.d:e/f',
      'größe',
      '金融',
      'हिन्दी',
      '2026',
    ])
  })

  it.each([
    ['a space inside', ['two words']],
    ['a comma', ['a,b']],
    ['an empty text', ['']],
    ['only white space', ['  ']],
    ['markup', ['<b>']],
    ['an emoji', ['🙂']],
    ['a zero-width character', ['a\u200bb']],
    ['65 characters', ['x'.repeat(65)]],
    ['65 tags', Array.from({ length: 65 }, (_, i) => `t${i}`)],
    ['a number', [1]],
  ])('may not hold %s', async (_, tags) => {
    const { api } = await startFacet()
    const { status, body } = await api('POST', '/tools', tool('a', { tags }))
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect(body.errors[0].path).toMatch(/^tags/)
  })

  it('may be 64 of 64 characters', async () => {
    const { ok } = await startFacet()
    const tags = Array.from({ length: 64 }, (_, i) => `𝒳${i}`.padEnd(65, 'x').slice(0, 65))
    expect((await ok<Tagged>('POST', '/tools', tool('a', { tags }))).tags).toHaveLength(64)
  })

  it('are the set written by a PATCH, on every entry type', async () => {
    const { ok } = await startFacet()
    const a = await ok<Tagged>('POST', '/tools', tool('a', { tags: ['x', 'y'] }))
    const b = await ok<Tagged>('POST', '/prompts', prompt('b'))
    expect((await ok<Tagged>('PATCH', `/tools/${a.id}`, { tags: ['z'] })).tags).toEqual(['z'])
    expect((await ok<Tagged>('PATCH', `/tools/${a.id}`, { tags: null })).tags).toEqual([])
    expect((await ok<Tagged>('PATCH', `/prompts/${b.id}`, { tags: ['z'] })).tags).toEqual(['z'])
  })
})

describe('GET /tags', () => {
  it('counts every tag over all entry types, most used first', async () => {
    const { ok } = await startFacet()
    await ok('POST', '/tools', tool('a', { tags: ['finance', 'read'] }))
    await ok('POST', '/prompts', prompt('b', { tags: ['finance'] }))
    expect(await ok('GET', '/tags')).toEqual({
      tags: [
        { tag: 'finance', count: 2, types: { tool: 1, prompt: 1 } },
        { tag: 'read', count: 1, types: { tool: 1 } },
      ],
    })
  })
})

describe('POST /tags/apply', () => {
  async function seeded() {
    const facet = await startFacet()
    await facet.ok('POST', '/tools', tool('legal_a', { tags: ['old'] }))
    await facet.ok('POST', '/tools', tool('legal_b', { tags: ['new'] }))
    await facet.ok('POST', '/tools', tool('other', { tags: ['old'] }))
    await facet.ok('POST', '/prompts', prompt('legal_c'))
    return facet
  }
  const body = { filter: "name =~ '^legal_'", add: ['new'], remove: ['old'] }

  it('adds and removes tags on everything a filter matches', async () => {
    const { ok } = await seeded()
    const outcome = await ok<{ entries: unknown[] }>('POST', '/tags/apply', body)
    expect(outcome).toMatchObject({ matched: 3, changed: 2, dry_run: false })
    expect(outcome.entries).toContainEqual(
      expect.objectContaining({ name: 'legal_a', before: ['old'], after: ['new'] }),
    )
    expect(await ok('GET', '/tags')).toMatchObject({
      tags: [
        { tag: 'new', count: 3 },
        { tag: 'old', count: 1 },
      ],
    })
  })

  it.each(['body', 'query'])('changes nothing in a dry run asked for in the %s', async (place) => {
    const { ok } = await seeded()
    const before = await ok('GET', '/tools')
    const path = place === 'query' ? '/tags/apply?dry_run=true' : '/tags/apply'
    const outcome = await ok('POST', path, place === 'body' ? { ...body, dry_run: true } : body)
    expect(outcome).toMatchObject({ matched: 3, changed: 2, dry_run: true })
    expect(await ok('GET', '/tools')).toEqual(before)
  })

  it('looks at the named entry types only', async () => {
    const { ok } = await seeded()
    const outcome = await ok('POST', '/tags/apply', { ...body, types: ['prompt'] })
    expect(outcome).toMatchObject({ matched: 1, changed: 1 })
  })

  it('refuses a wrong filter with its position, and a request that asks for nothing', async () => {
    const { api } = await seeded()
    const wrong = await api('POST', '/tags/apply', { ...body, filter: "name = 'x'" })
    expect(wrong.status).toBe(400)
    expect(wrong.body).toMatchObject({
      code: 'invalid_filter',
      errors: [{ path: 'filter', code: 'filter_syntax', position: 5 }],
    })
    const nothing = await api('POST', '/tags/apply', { filter: 'true' })
    expect(nothing.body).toMatchObject({ code: 'invalid_request' })
  })

  it('changes nothing when one entry would get too many tags', async () => {
    const { ok, api } = await seeded()
    const tags = Array.from({ length: 64 }, (_, i) => `t${i}`)
    await ok('POST', '/tools', tool('legal_full', { tags }))
    const before = await ok('GET', '/tools')
    const { status, body: problem } = await api('POST', '/tags/apply', body)
    expect([status, problem.code]).toEqual([400, 'invalid_request'])
    expect(await ok('GET', '/tools')).toEqual(before)
  })

  it('loses no tag of a PATCH that runs at the same time', async () => {
    const { ok } = await seeded()
    const { tools } = await ok<{ tools: Tagged[] }>('GET', '/tools?q=legal_a')
    await Promise.all([
      ok('POST', '/tags/apply', { filter: 'true', add: ['bulk'] }),
      ok('PATCH', `/tools/${tools[0]!.id}`, { deprecated: true }),
    ])
    expect(await ok('GET', `/tools/${tools[0]!.id}`)).toMatchObject({
      deprecated: true,
      tags: ['old', 'bulk'],
    })
  })
})
