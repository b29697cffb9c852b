import { describe, expect, it } from 'vitest'
import { server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

interface Catalog {
  tools: { name: string }[]
  trimmed: { name: string; rank: number; by: string; tokens: number }[]
}

async function withTools(names: readonly string[], options: object, ...rules: object[]) {
  const facet = await startFacet()
  for (const name of names) {
    await facet.ok('POST', '/tools', tool(name, { tags: name.startsWith('z') ? ['first'] : [] }))
  }
  const made = { name: 's', id: 's', rules, ...options }
  await facet.ok('POST', '/dynamic', made)
  const catalog = () => facet.ok<Catalog>('GET', '/dynamic/s/catalog')
  const shown = async () => (await catalog()).tools.map(({ name }) => name)
  return { ...facet, catalog, shown }
}

const first = { type: 'tool', filter: "'first' in tags" }
const all = { type: 'tool', filter: 'true' }

describe('a budget of tools', () => {
  it('keeps those of the first rule, then by name, in the usual order', async () => {
    const { shown, catalog } = await withTools(['a', 'b', 'c', 'z1'], { max_tools: 3 }, first, all)
    expect(await shown()).toEqual(['a', 'b', 'z1'])
    expect((await catalog()).trimmed).toMatchObject([{ name: 'c', rank: 4, by: 'max_tools' }])
  })

  it('is not upset by a growing catalog: what was out stays out', async () => {
    const { shown, ok } = await withTools(['b', 'd', 'f'], { max_tools: 2 }, all)
    expect(await shown()).toEqual(['b', 'd'])
    await ok('POST', '/tools', tool('g'))
    expect(await shown()).toEqual(['b', 'd'])
    await ok('POST', '/tools', tool('c'))
    expect(await shown()).toEqual(['b', 'c'])
  })

  it('makes what is trimmed unknown to calls, and counts it', async () => {
    const { api, shown } = await withTools(['a', 'b'], { max_tools: 1 }, all)
    expect(await shown()).toEqual(['a'])
    const { text } = await api('GET', '/metrics')
    expect(text).toContain('facet_server_trimmed_entries{server="s"} 1')
  })

  it('is reported by previews, which warn', async () => {
    const { ok } = await withTools(['a', 'b'], { max_tools: 1 }, all)
    const preview = await ok<Catalog & { warnings: { code: string }[] }>(
      'POST',
      '/dynamic/s/preview',
    )
    expect(preview.trimmed).toMatchObject([{ name: 'b' }])
    expect(preview.warnings.map(({ code }) => code)).toContain('over_budget')
  })
})

describe('a budget of tokens', () => {
  it('takes tools from the top until one does not fit, and nothing behind it', async () => {
    const facet = await startFacet()
    const { estimated_tokens } = await tokensOf(facet, 'a')
    await facet.ok('POST', '/tools', tool('b', { description: 'long '.repeat(200) }))
    await facet.ok('POST', '/tools', tool('c'))
    const options = { max_tokens: estimated_tokens * 2 + 10 }
    await facet.ok('POST', '/dynamic', server('s', all, options))
    const { tools, trimmed } = await facet.ok<Catalog>('GET', '/dynamic/s/catalog')
    expect(tools.map(({ name }) => name)).toEqual(['a'])
    expect(trimmed).toMatchObject([
      { name: 'b', rank: 2, by: 'max_tokens' },
      { name: 'c', rank: 3, by: 'max_tokens' },
    ])
  })

  it('must be a whole number above zero', async () => {
    const { api } = await startFacet()
    const { status, body } = await api('POST', '/dynamic', server('s', all, { max_tokens: 0 }))
    expect([status, body.code]).toEqual([400, 'invalid_request'])
  })
})

async function tokensOf(facet: Awaited<ReturnType<typeof startFacet>>, name: string) {
  await facet.ok('POST', '/tools', tool(name))
  return facet.ok<{ estimated_tokens: number }>('POST', '/dynamic/preview', [all])
}
