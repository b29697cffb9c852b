import { describe, expect, it } from 'vitest'
import { ask } from '../support/both-ways.ts'
import { startFacet } from '../support/facet.ts'
import { runFacet, spawnFacet } from '../support/process.ts'
import { until } from '../support/wait.ts'

async function started() {
  const facet = await startFacet({ listen: true })
  await facet.ok('POST', '/resources', { uri: 'doc:one', name: 'one', text: 'One' })
  const rules = [{ type: 'resource', filter: 'true' }]
  await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules })
  const message = { jsonrpc: '2.0', id: 1, method: 'resources/read' }
  const read = (uri: string) =>
    ask(`${facet.url}/dynamic/s/mcp`, { ...message, params: { uri } }, {})
  return { facet, read }
}

describe('facet events', () => {
  it('shows what was decided, the latest at the end, without what moves the cursor', async () => {
    const { facet, read } = await started()
    await read('doc:one')
    await read('doc:\u001b[2Jtwo')
    const { code, out } = await runFacet(['events', 's', '--action', 'read', '-s', facet.url])
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines.length).toBe(2)
    expect(lines[0]).toMatch(/^\d{4}-\S+Z {2}local {2}read {2}doc:one {2}on s {2}ok {2}[\d.]+ ms$/)
    expect(lines[1]).toMatch(/local {2}read {2}doc: \[2Jtwo {2}on s {2}denied \(not_found\)/)
    const json = await runFacet(['events', '--decision', 'deny', '--json', '-s', facet.url])
    expect(JSON.parse(json.out)).toMatchObject({ decision: 'deny', server: 's' })
  })

  it('refuses times that are none, and choices there are not', async () => {
    const { facet } = await started()
    const wrong = await runFacet(['events', '--since', 'yesterday', '-s', facet.url])
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('15m, 2h, 7d')])
    const choice = await runFacet(['events', '--outcome', 'maybe', '-s', facet.url])
    expect([choice.code, choice.err]).toEqual([1, expect.stringContaining('input_required')])
  })

  it('goes on with what happens, when it is told to', async () => {
    const { facet, read } = await started()
    await read('doc:one')
    const args = ['s', '--action', 'read', '--follow', '--json', '-s', facet.url]
    const child = spawnFacet(['events', ...args])
    let out = ''
    child.stdout!.on('data', (chunk) => {
      out += chunk
    })
    await until('what was is shown', () => out.includes('doc:one'))
    await read('doc:later')
    await until('what comes is shown', () => out.includes('doc:later'))
    expect(out.trimEnd().split('\n').length).toBe(2)
  })
})

describe('facet usage', () => {
  it('shows what callers did, by server', async () => {
    const { facet, read } = await started()
    await read('doc:one')
    const { code, out } = await runFacet(['usage', '--since', '2h', '-s', facet.url])
    expect(code).toBe(0)
    expect(out).toMatch(/^caller +server +calls +errors/)
    expect(out).toMatch(/^local +s +1 +0 +0 +0 +2 B +\d+ B/m)
    const none = await runFacet(['usage', 'nobody', '-s', facet.url])
    expect(none.out).toMatch(/^No calls since/)
  })
})
