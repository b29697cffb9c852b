import { describe, expect, it } from 'vitest'
import { about, FakeModel } from '../../selection/support/fake-model.ts'
import { startFacet, type TestFacet } from '../../support/facet.ts'
import { llmRule, post, serve, startSelecting } from './support.ts'

const TOOLS = ['invoice_list', 'stock_price', 'send_mail', 'book_room', 'read_calendar']

async function withTools(facet: TestFacet, names = TOOLS): Promise<TestFacet> {
  for (const name of names) await post(facet, name)
  return facet
}

interface Warned {
  readonly warnings: readonly { code: string; rule?: number; message: string }[]
}

async function codes(facet: TestFacet, rule: object): Promise<string[]> {
  const { warnings } = await facet.ok<Warned>('POST', '/dynamic/preview?ask=true', [rule])
  return warnings.map(({ code }) => code)
}

describe('a rule that takes most of its candidates', () => {
  it('is warned of in previews and in the selection, with the share', async () => {
    const facet = await withTools(await startSelecting(await FakeModel.start(about(/./))))
    const preview = await facet.ok<Warned>('POST', '/dynamic/preview?ask=true', [llmRule()])
    expect(preview.warnings).toEqual([
      {
        code: 'takes_most',
        rule: 0,
        message: expect.stringContaining('5 of 5 candidates (100 %)'),
      },
    ])
    await serve(facet, 'riskops', llmRule())
    const { rules } = await facet.ok<{ rules: Warned[] }>('GET', '/dynamic/riskops/selection')
    expect(rules[0]!.warnings).toMatchObject([{ code: 'takes_most' }])
  })

  it('is not, up to six in ten, or where there are too few to tell', async () => {
    const three = await startSelecting(await FakeModel.start(about(/invoice|stock|mail/)))
    expect(await codes(await withTools(three), llmRule())).toEqual([])
    await post(three, 'mail_archive')
    expect(await codes(three, llmRule())).toEqual(['takes_most'])
    const few = await startSelecting(await FakeModel.start(about(/./)))
    expect(await codes(await withTools(few, TOOLS.slice(0, 4)), llmRule())).toEqual([])
  })

  it('does not count names that outrank the model', async () => {
    const facet = await startSelecting(await FakeModel.start(about(/invoice/)))
    await withTools(facet, [...TOOLS, 'a', 'b', 'c'])
    const always = ['stock_price', 'send_mail', 'a', 'b', 'c']
    expect(await codes(facet, llmRule({ always }))).toEqual([])
  })

  it('may be one of mode semantic, whose k is as large as the catalog', async () => {
    const facet = await withTools(await startFacet())
    const rule = { type: 'tool', mode: 'semantic', query: TOOLS.join(' '), k: 20 }
    expect(await codes(facet, rule)).toEqual(['takes_most'])
    expect(await codes(facet, { ...rule, k: 3 })).toEqual([])
  })
})
