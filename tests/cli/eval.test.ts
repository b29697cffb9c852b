import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { post, startSelecting } from '../dynamic/selection/support.ts'
import { about, FakeModel } from '../selection/support/fake-model.ts'
import { startFacet } from '../support/facet.ts'
import { runFacet } from '../support/process.ts'

function written(name: string, lines: readonly unknown[] | object): string {
  const folder = mkdtempSync(join(tmpdir(), 'facet-eval-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  const text = Array.isArray(lines)
    ? lines.map((line) => JSON.stringify(line)).join('\n')
    : JSON.stringify(lines)
  writeFileSync(path, text)
  return path
}

const TOOLS = ['send_mail', 'archive_mail', 'stock_price', 'book_room']
const QUESTIONS = [
  { query: 'send a mail', relevant: ['send_mail'] },
  { query: 'price of a stock', relevant: ['stock_price', 'book_room'] },
]

// Each run of the command line is a process of its own.
describe('facet eval', { timeout: 120_000 }, () => {
  it('measures search over the running service, and lists what was missed', async () => {
    const facet = await startFacet({ listen: true })
    for (const name of TOOLS) await post(facet, name, { description: `Can ${name}` })
    const { code, out, err } = await runFacet([
      'eval',
      written('q.jsonl', QUESTIONS),
      '--server',
      facet.url,
    ])
    expect([code, err]).toEqual([0, ''])
    expect(out.split('\n')).toEqual([
      '2 queries over 4 entries, mode search',
      '  recall@1 0.750   recall@5 0.750   recall@10 0.750   nDCG@10 0.807',
      '1 queries with misses',
      '  price of a stock: no book_room; first are stock_price',
      '',
    ])
  })

  it('measures over a file without a service, warns of labels that name nothing, prints JSON', async () => {
    const tools = TOOLS.map((name) => ({ name, description: `Can ${name}` }))
    const questions = [...QUESTIONS, { query: 'mail', relevant: ['gone'] }]
    const command = [
      'eval',
      written('q.jsonl', questions),
      '--catalog',
      written('t.json', { tools }),
    ]
    const shown = await runFacet(command)
    expect([shown.code, shown.err]).toEqual([0, 'warning: 1 labels name no entry: gone\n'])
    const { out } = await runFacet([...command, '--json', '--mode', 'semantic'])
    expect(JSON.parse(out)).toMatchObject({
      mode: 'semantic',
      entries: 4,
      queries: 3,
      unknown: ['gone'],
      recall_at: { 1: 0.5 },
      misses: [{ query: 'price of a stock' }, { query: 'mail', missing: ['gone'] }],
    })
  })

  it('ends with 2 when recall is below what was asked for', async () => {
    const tools = written('t.json', { tools: TOOLS.map((name) => ({ name })) })
    const command = ['eval', written('q.jsonl', QUESTIONS), '--catalog', tools, '--min-recall']
    expect((await runFacet([...command, '0.7'])).code).toBe(0)
    expect((await runFacet([...command, '0.8'])).code).toBe(2)
    const wrong = await runFacet([...command, '80'])
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('from 0 to 1')])
  })

  it('in mode llm asks nothing before somebody says yes to the cost', async () => {
    const fake = await FakeModel.start(about(/mail/))
    const model = { prices: { input: 1, output: 5 } }
    const facet = await startSelecting(fake, { listen: true, model })
    for (const name of TOOLS) await post(facet, name)
    const questions = [{ query: 'Everything about mail', relevant: ['send_mail', 'read_mail'] }]
    const command = ['eval', written('q.jsonl', questions), '--mode', 'llm', '--server', facet.url]
    const refused = await runFacet(command)
    expect([refused.code, refused.out]).toEqual([2, ''])
    expect(refused.err).toMatch(/^Asking about 4 entries: 1 requests, about \d+ tokens, \$0\.0/)
    expect(fake.seen).toEqual([])
    const asked = await runFacet([...command, '--yes', '--json'])
    expect(asked.code).toBe(0)
    expect(JSON.parse(asked.out)).toMatchObject({
      precision: 0.5,
      recall: 0.5,
      asked: { requests: 1, cost: expect.any(Number) },
      misses: [{ missing: ['read_mail'], got: ['archive_mail'] }],
    })
    const again = await runFacet(command)
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('precision 0.500')])
    expect(fake.sizes).toEqual([4])
  })

  it('in mode semantic ranks as the service does, by meaning too', async () => {
    const facet = await startFacet({ listen: true })
    for (const name of TOOLS) await post(facet, name)
    const questions = [{ query: 'mail archive', relevant: ['archive_mail'] }]
    const command = ['eval', written('q.jsonl', questions), '-m', 'semantic', '-s', facet.url]
    const { code, out } = await runFacet(command)
    expect([code, out]).toEqual([0, expect.stringContaining('recall@1 1.000')])
  })

  it('ends with 1 and says what is wrong with its files', async () => {
    const tools = written('t.json', { tools: [{ name: 7 }] })
    const lines = written('q.jsonl', [{ query: 'x' }])
    const bad = await runFacet(['eval', lines, '--catalog', tools])
    expect([bad.code, bad.err]).toEqual([1, expect.stringMatching(/Line 1: relevant/)])
    const entry = await runFacet(['eval', written('q.jsonl', QUESTIONS), '--catalog', tools])
    expect([entry.code, entry.err]).toEqual([1, expect.stringContaining('[0].name')])
  })
})
