import { describe, expect, it } from 'vitest'
import { tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

type Page = { tools: { name: string }[]; next_cursor?: string }

async function seeded() {
  const facet = await startFacet()
  const write = { annotations: { destructiveHint: true } }
  await facet.ok('POST', '/tools', tool('a_read', { tags: ['x'] }))
  await facet.ok('POST', '/tools', tool('a_write', { tags: ['x'], ...write }))
  await facet.ok('POST', '/tools', tool('b_read', { tags: ['y'] }))
  await facet.ok('POST', '/tools', tool('b_write', { tags: ['x', 'y'], ...write }))
  await facet.ok('POST', '/dynamic', {
    id: 's',
    name: 'S',
    rules: [{ type: 'tool', filter: "'x' in tags" }],
    overrides: [{ match: 'a_write', name: 'careful' }],
  })
  const names = async (path: string, query: Record<string, string>) => {
    const { tools } = await facet.ok<Page>('GET', `${path}?${new URLSearchParams(query)}`)
    return tools.map(({ name }) => name)
  }
  return { ...facet, names }
}

describe('?filter= on a list', () => {
  it('takes either language, together with the other parameters', async () => {
    const { names } = await seeded()
    const cases: [Record<string, string>, string[]][] = [
      [{ filter: 'annotations.destructiveHint == true' }, ['a_write', 'b_write']],
      [{ filter: "$.tags[?@ == 'y']" }, ['b_read', 'b_write']],
      [{ filter: "startsWith(name, 'a_')", tag: 'x' }, ['a_read', 'a_write']],
      [{ filter: "startsWith(name, 'a_')", tag: 'y' }, []],
      [{ filter: "name =~ '_write$'", q: 'b' }, ['b_write']],
      [{ filter: 'true', source: 'manual' }, ['a_read', 'a_write', 'b_read', 'b_write']],
    ]
    for (const [query, expected] of cases) {
      expect([query, await names('/tools', query)]).toEqual([query, expected])
    }
  })

  it('sees of a server what the server shows', async () => {
    const { names } = await seeded()
    const path = '/dynamic/s/tools'
    expect(await names(path, { filter: 'true' })).toEqual(['a_read', 'b_write', 'careful'])
    expect(await names(path, { filter: "name == 'careful'" })).toEqual(['careful'])
    expect(await names(path, { filter: "name == 'a_write'" })).toEqual([])
  })

  it('goes on over pages without skipping or repeating', async () => {
    const { ok } = await seeded()
    for (let i = 0; i < 20; i++)
      await ok('POST', '/tools', tool(`t${10 + i}`, { tags: [`n${i % 2}`] }))
    const filter = encodeURIComponent("'n1' in tags")
    const seen: string[] = []
    const sizes: number[] = []
    for (let cursor = ''; ; ) {
      const page = await ok<Page>('GET', `/tools?limit=3&filter=${filter}${cursor}`)
      seen.push(...page.tools.map(({ name }) => name))
      sizes.push(page.tools.length)
      if (page.next_cursor === undefined) break
      cursor = `&cursor=${page.next_cursor}`
    }
    expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => `t${11 + 2 * i}`))
    expect(sizes).toEqual([3, 3, 3, 1])
  })

  it('is refused with the place of a mistake', async () => {
    const { api } = await seeded()
    for (const path of ['/tools', '/dynamic/s/tools']) {
      const answer = await api('GET', `${path}?filter=${encodeURIComponent("nam == 'x'")}`)
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_filter'])
      expect(answer.body.errors[0]).toMatchObject({ path: 'filter', position: 0 })
    }
    // Fields of another type, and of callers, are mistakes too.
    for (const filter of ["uri == 'x'", "caller.id == 'x'", '']) {
      const answer = await api('GET', `/tools?filter=${encodeURIComponent(filter)}`)
      expect([filter, answer.status, answer.body.code]).toEqual([filter, 400, 'invalid_filter'])
    }
    const twice = await api('GET', '/tools?filter=true&filter=false')
    expect([twice.status, twice.body.code]).toEqual([400, 'invalid_request'])
  })

  it('is refused when it takes too much work, rather than answered in part', async () => {
    const { ok, api } = await startFacet()
    const text = 'a'.repeat(4_000)
    const many = Array.from({ length: 300 }, (_, i) => i)
    for (let i = 0; i < many.length; i += 50) {
      await Promise.all(
        many
          .slice(i, i + 50)
          .map((n) => ok('POST', '/tools', tool(`t${n}`, { description: text }))),
      )
    }
    const filter = encodeURIComponent("description =~ '(a|b|c|d){40}x'")
    const answer = await api('GET', `/tools?filter=${filter}`)
    expect([answer.status, answer.body.code]).toEqual([422, 'too_expensive'])
  })
})
