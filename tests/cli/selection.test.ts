import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FINANCE, post, startSelecting } from '../dynamic/selection/support.ts'
import { FakeModel } from '../selection/support/fake-model.ts'
import { runFacet } from '../support/process.ts'

function written(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'facet-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const RULES = `name: Risk\nrules:\n  - { type: tool, mode: llm, llm_prompt: ${FINANCE} }\n`

async function running(fake: FakeModel) {
  const model = { prices: { input: 1, output: 5 } }
  const facet = await startSelecting(fake, { listen: true, model })
  for (const name of ['stock_price', 'invoice_list', 'send_mail']) await post(facet, name)
  return facet
}

describe('facet preview of a rule in words', () => {
  it('says what asking would take, and asks nothing', async () => {
    const fake = await FakeModel.start()
    const { url } = await running(fake)
    const { code, out } = await runFacet(['preview', written('a.yaml', RULES), '--server', url])
    expect(code).toBe(0)
    expect(out).toMatch(/3 entries were not judged yet.*1 requests.*\$0\.0/)
    expect(fake.seen).toEqual([])
  })

  it('with --ask prints the cost first, asks, and costs nothing the second time', async () => {
    const fake = await FakeModel.start()
    const { url } = await running(fake)
    const command = ['preview', written('a.yaml', RULES), '--server', url, '--ask']
    const first = await runFacet(command)
    expect(first.code).toBe(0)
    expect(first.err).toMatch(
      /^Asking about 3 entries: 1 requests, about \d+ tokens, \$0\.0\d+\.\n$/,
    )
    expect(first.out).toMatch(/^2 tools\n {4}invoice_list .*\n {4}stock_price /)
    const second = await runFacet([...command, '--json'])
    expect([second.code, second.err]).toEqual([0, ''])
    expect(JSON.parse(second.out)).toMatchObject({ counts: { tools: 2 } })
    expect(fake.sizes).toEqual([3])
  })

  it('with --ask ends with 1 when the model cannot be asked', async () => {
    const { url } = await running(await FakeModel.start(() => ({ status: 400 })))
    const { code, err } = await runFacet([
      'preview',
      written('a.yaml', RULES),
      '--server',
      url,
      '--ask',
    ])
    expect([code, err]).toEqual([1, expect.stringContaining('facet: ')])
  })
})
