import { describe, expect, it } from 'vitest'
import { FakeModel } from '../../selection/support/fake-model.ts'
import { llmRule, post, serve, shown, startSelecting } from './support.ts'

interface Foreseen {
  readonly impact: {
    readonly servers: readonly { readonly server: string; readonly may_ask?: object[] }[]
    readonly unaffected: number
  }
}

/** A server that asks about what is tagged `risk`: an invoice is, a mail and a stock are not. */
async function started() {
  const fake = await FakeModel.start()
  const facet = await startSelecting(fake)
  const ids = new Map<string, string>()
  for (const name of ['invoice_list', 'stock_price', 'send_mail']) {
    const tags = name === 'invoice_list' ? ['risk'] : []
    ids.set(name, (await post(facet, name, { tags })).id)
  }
  await serve(facet, 'riskops', llmRule({ filter: "'risk' in tags", never: ['send_mail'] }))
  await shown(facet, 'riskops')
  const dryRun = (name: string, change: object) =>
    facet.ok<Foreseen>('PATCH', `/tools/${ids.get(name)}?dry_run=true`, change)
  return { fake, dryRun, id: (name: string) => ids.get(name)! }
}

const riskops = ({ impact }: Foreseen) => impact.servers.find(({ server }) => server === 'riskops')

describe('a dry run that puts an entry in the scope of a rule in words', () => {
  it('names it as one a model may be asked about, and asks nothing', async () => {
    const { fake, dryRun, id } = await started()
    const foreseen = riskops(await dryRun('stock_price', { tags: ['risk'] }))
    expect(foreseen).toMatchObject({
      counts: { gains: 0, loses: 0, changes: 0 },
      may_ask: [
        {
          rule: 0,
          count: 1,
          entries: [{ id: id('stock_price'), name: 'stock_price', type: 'tool' }],
        },
      ],
    })
    expect(fake.sizes).toEqual([1])
  })

  it('does so for an entry in the scope that says something else', async () => {
    const { dryRun } = await started()
    const foreseen = riskops(await dryRun('invoice_list', { description: 'Another text' }))
    expect(foreseen).toMatchObject({ may_ask: [{ rule: 0, count: 1 }] })
  })

  it('does not for what leaves, is named by the rule, or is shown the same to a model', async () => {
    const { dryRun } = await started()
    const leaves = riskops(await dryRun('invoice_list', { tags: [] }))
    expect(leaves).toMatchObject({ counts: { loses: 1 } })
    expect(leaves).not.toHaveProperty('may_ask')
    expect(riskops(await dryRun('send_mail', { tags: ['risk'] }))).toBeUndefined()
    expect(riskops(await dryRun('invoice_list', { owner: 'u1' }))).toBeUndefined()
  })
})
