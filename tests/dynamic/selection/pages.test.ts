import { describe, expect, it } from 'vitest'
import { about, FakeModel } from '../../selection/support/fake-model.ts'
import type { TestFacet } from '../../support/facet.ts'
import { llmRule, post, serve, startSelecting } from './support.ts'

interface Page {
  readonly rules: readonly {
    readonly rule: number
    readonly state: string
    readonly entries: readonly { readonly name: string }[]
  }[]
  readonly next_cursor?: string
}

const NAMES = Array.from({ length: 7 }, (_, i) => `tool_${i}`)

async function started(): Promise<TestFacet> {
  const facet = await startSelecting(await FakeModel.start(about(/tool_[024]/)))
  for (const name of NAMES) await post(facet, name)
  const semantic = { type: 'tool', mode: 'semantic', query: 'tool', k: 2 }
  await serve(facet, 'a', llmRule({ never: ['tool_6'] }), semantic)
  return facet
}

const get = ({ ok }: TestFacet, query: string) => ok<Page>('GET', `/dynamic/a/selection?${query}`)
const names = ({ rules }: Page) =>
  rules.flatMap(({ rule, entries }) => entries.map(({ name }) => `${rule} ${name}`))

describe('the selection of a server', () => {
  it('comes in pages that hold every candidate of every rule once', async () => {
    const facet = await started()
    const all = names(await get(facet, 'limit=500'))
    expect(all).toEqual([0, 1].flatMap((rule) => NAMES.map((name) => `${rule} ${name}`)))
    const seen: string[] = []
    let cursor = ''
    let pages = 0
    do {
      const page = await get(facet, `limit=5${cursor}`)
      expect(page.rules.map(({ state }) => state)).toEqual(['fresh', 'fresh'])
      seen.push(...names(page))
      cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : ''
      pages++
    } while (cursor)
    expect([seen, pages]).toEqual([all, 3])
  })

  it('goes on behind an entry that is gone', async () => {
    const facet = await started()
    const { next_cursor } = await get(facet, 'limit=3&rule=0')
    const { tools } = await facet.ok<{ tools: { id: string; name: string }[] }>('GET', '/tools')
    await facet.ok('DELETE', `/tools/${tools.find(({ name }) => name === 'tool_2')!.id}`)
    const rest = await get(facet, `rule=0&cursor=${encodeURIComponent(next_cursor!)}`)
    expect(names(rest)).toEqual(['0 tool_3', '0 tool_4', '0 tool_5', '0 tool_6'])
    expect(rest).not.toHaveProperty('next_cursor')
  })

  it('is narrowed by rule, by whether entries match and by what decided', async () => {
    const facet = await started()
    expect(names(await get(facet, 'rule=0&matched=true'))).toEqual([
      '0 tool_0',
      '0 tool_2',
      '0 tool_4',
    ])
    expect(names(await get(facet, 'matched=true&rule=1'))).toHaveLength(2)
    expect(names(await get(facet, 'by=never'))).toEqual(['0 tool_6'])
    expect(names(await get(facet, 'by=model&matched=false'))).toEqual([
      '0 tool_1',
      '0 tool_3',
      '0 tool_5',
    ])
  })

  it('refuses cursors and queries it does not know', async () => {
    const facet = await started()
    for (const [query, code] of [
      ['cursor=x', 'invalid_cursor'],
      ['cursor=0.x', 'invalid_cursor'],
      ['limit=0', 'invalid_request'],
      ['by=magic', 'invalid_request'],
      ['matched=maybe', 'invalid_request'],
    ]) {
      expect((await facet.api('GET', `/dynamic/a/selection?${query}`)).body.code).toBe(code)
    }
  })
})
