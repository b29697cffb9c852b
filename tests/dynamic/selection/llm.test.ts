import { describe, expect, it } from 'vitest'
import { about, FakeModel } from '../../selection/support/fake-model.ts'
import { WIRES } from '../../selection/support/selection.ts'
import { fakeTool } from '../../support/fake-upstream.ts'
import { startSdkUpstream } from '../../support/sdk-upstream.ts'
import { inState, until } from '../../support/wait.ts'
import { llmRule, post, serve, shown, startSelecting } from './support.ts'

const down = () => ({ status: 503 }) as const

describe('a server with a rule of mode llm', () => {
  it.each(WIRES)('shows what a model of kind %s chose, and asks it once', async (kind) => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake, { kind })
    for (const name of ['stock_price', 'invoice_list', 'send_mail']) await post(facet, name)
    await serve(facet, 'riskops', llmRule({ llm_provider: kind }))
    expect(await shown(facet, 'riskops')).toEqual(['invoice_list', 'stock_price'])
    expect(await shown(facet, 'riskops')).toEqual(['invoice_list', 'stock_price'])
    await serve(facet, 'other', llmRule())
    expect(await shown(facet, 'other')).toEqual(['invoice_list', 'stock_price'])
    expect(fake.sizes).toEqual([3])
  })

  it('asks one question about a new tool, and keeps it out until it is answered', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    await post(facet, 'stock_price')
    await serve(facet, 'riskops', llmRule())
    await shown(facet, 'riskops')
    await post(facet, 'invoice_list')
    expect(await shown(facet, 'riskops')).toEqual(['stock_price'])
    await until('the new tool is judged', async () => (await shown(facet, 'riskops')).length === 2)
    expect(fake.sizes).toEqual([1, 1])
  })

  it('loses a removed tool at once', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    const { id } = await post(facet, 'stock_price')
    await post(facet, 'invoice_list')
    await serve(facet, 'riskops', llmRule())
    await shown(facet, 'riskops')
    await facet.ok('DELETE', `/tools/${id}`)
    expect(await shown(facet, 'riskops')).toEqual(['invoice_list'])
  })

  it('follows what changes while a first answer over many entries is made', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    const names = Array.from({ length: 600 }, (_, i) => `${i % 3 ? 'task' : 'invoice'}_${i}`)
    const made = await Promise.all(names.map((name) => post(facet, name)))
    await serve(facet, 'riskops', llmRule())
    const first = shown(facet, 'riskops')
    await Promise.all([
      facet.ok('DELETE', `/tools/${made[0]!.id}`),
      facet.ok('PATCH', `/tools/${made[3]!.id}`, { enabled: false }),
      facet.ok('PATCH', `/tools/${made[1]!.id}`, { description: 'Sends an invoice' }),
      post(facet, 'stock_price'),
    ])
    await first
    const wanted = names.filter((name, i) => name.startsWith('invoice') && i !== 0 && i !== 3)
    const expected = [...wanted, names[1]!, 'stock_price'].sort()
    await until('all are judged', async () => (await shown(facet, 'riskops')).length === 200)
    expect(await shown(facet, 'riskops')).toEqual(expected)
  })

  it('makes one pass over a thousand entries when fifty list at once', async () => {
    const fake = await FakeModel.start()
    const upstream = await startSdkUpstream('modern')
    for (let i = 0; i < 1_000; i++) {
      upstream.tools.push(fakeTool(`${i % 10 === 0 ? 'invoice' : 'task'}_${i}`))
    }
    const facet = await startSelecting(fake)
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    await serve(facet, 'riskops', llmRule({ include_federated: true }))
    const lists = await Promise.all(Array.from({ length: 50 }, () => shown(facet, 'riskops')))
    for (const list of lists) expect(list).toHaveLength(100)
    expect(fake.sizes).toEqual(Array(10).fill(100))
  })

  it('tells a model of nothing that is out of scope: by the filter, disabled, or of upstreams', async () => {
    const fake = await FakeModel.start(about(/./))
    const upstream = await startSdkUpstream('modern')
    upstream.tools.push(fakeTool('invoice_upstream'))
    const facet = await startSelecting(fake)
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await inState(facet, 'up', 'up')
    await post(facet, 'invoice_tagged', { tags: ['risk'] })
    await post(facet, 'invoice_untagged')
    await post(facet, 'invoice_disabled', { tags: ['risk'], enabled: false })
    const filter = "'risk' in tags || federated"
    await serve(facet, 'riskops', llmRule({ filter, always: ['invoice_upstream'] }))
    expect(await shown(facet, 'riskops')).toEqual(['invoice_tagged'])
    expect(fake.seen.flatMap(({ rows }) => rows.map(({ n }) => n))).toEqual(['invoice_tagged'])
    await facet.ok('POST', '/dynamic/preview?ask=true', [llmRule({ filter })])
    expect(fake.sizes).toEqual([1])
  })

  it('answers with an error, never with an empty list, while there is no answer at all', async () => {
    const fake = await FakeModel.start(down)
    const facet = await startSelecting(fake)
    await post(facet, 'stock_price')
    await serve(facet, 'riskops', llmRule())
    const failed = await facet.api('GET', '/dynamic/riskops/tools')
    expect([failed.status, failed.body.code]).toEqual([503, 'selection_failed'])
    const asked = fake.seen.length
    const again = await facet.api('GET', '/dynamic/riskops/tools')
    expect([again.status, fake.seen.length]).toEqual([503, asked])
    expect(await facet.ok('GET', '/dynamic/riskops')).toMatchObject({
      health: 'degraded',
      degraded: [{ rule: 0, code: 'selection_failed' }],
    })
  })

  it('keeps what is published while the model is down, and says so', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    await post(facet, 'stock_price')
    await serve(facet, 'riskops', llmRule())
    await shown(facet, 'riskops')
    fake.answer = down
    await post(facet, 'invoice_list')
    await until('the failure shows', async () => {
      const { degraded } = await facet.ok<{ degraded: { code: string }[] }>(
        'GET',
        '/dynamic/riskops',
      )
      return degraded[0]?.code === 'selection_stale'
    })
    expect(await shown(facet, 'riskops')).toEqual(['stock_price'])
  })

  it('has names that outrank the model', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    for (const name of ['stock_price', 'invoice_list', 'send_mail']) await post(facet, name)
    await serve(facet, 'riskops', llmRule({ always: ['send_mail'], never: ['stock_price'] }))
    expect(await shown(facet, 'riskops')).toEqual(['invoice_list', 'send_mail'])
  })

  it('asks about what its filter lets through only', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    await post(facet, 'stock_price', { tags: ['live'] })
    await post(facet, 'invoice_list')
    await serve(facet, 'riskops', llmRule({ filter: "'live' in tags" }))
    expect(await shown(facet, 'riskops')).toEqual(['stock_price'])
    expect(fake.sizes).toEqual([1])
  })
})

describe('an exclude rule of mode llm', () => {
  it('keeps out what was not judged yet', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    for (const name of ['stock_price', 'send_mail']) await post(facet, name)
    await serve(facet, 's', { type: 'tool', filter: 'true' }, llmRule({ effect: 'exclude' }))
    expect(await shown(facet, 's')).toEqual(['send_mail'])
    fake.answer = down
    await post(facet, 'send_fax')
    expect(await shown(facet, 's')).toEqual(['send_mail'])
  })
})

describe('a model that cannot be asked at all', () => {
  it('leaves everything an exclude rule speaks of out', async () => {
    const fake = await FakeModel.start(down)
    const facet = await startSelecting(fake)
    await post(facet, 'send_mail')
    await post(facet, 'free_tool', { tags: ['free'] })
    const exclude = llmRule({ effect: 'exclude', filter: "!('free' in tags)" })
    await serve(facet, 's', { type: 'tool', filter: 'true' }, exclude)
    expect(await shown(facet, 's')).toEqual(['free_tool'])
    expect(await facet.ok('GET', '/dynamic/s')).toMatchObject({ health: 'degraded' })
  })

  it('does not keep the service from starting when its key is missing', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake, { environment: {} })
    await post(facet, 'stock_price')
    await serve(facet, 'riskops', llmRule())
    const { status, body } = await facet.api('GET', '/dynamic/riskops/tools')
    expect([status, body.code]).toEqual([503, 'selection_failed'])
    expect(body.detail).toContain('could not be asked')
    expect((await facet.api('GET', '/dynamic/riskops')).text).toContain('The key is not set')
    expect(fake.seen).toEqual([])
  })
})

describe('a server that is deleted and made anew', () => {
  it('starts with what the model says, not with what was published', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    await post(facet, 'stock_price')
    await serve(facet, 'riskops', llmRule())
    await shown(facet, 'riskops')
    fake.answer = about(/nothing at all/)
    await facet.ok('POST', '/dynamic/riskops/rejudge')
    expect(await shown(facet, 'riskops')).toEqual(['stock_price'])
    await facet.ok('DELETE', '/dynamic/riskops')
    await serve(facet, 'riskops', llmRule())
    expect(await shown(facet, 'riskops')).toEqual([])
  })
})

describe('a server whose rules are changed', () => {
  it('asks nothing again for a rule that stays', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    await post(facet, 'stock_price')
    await serve(facet, 'riskops', llmRule())
    await shown(facet, 'riskops')
    await facet.ok('PATCH', '/dynamic/riskops', { name: 'Another name' })
    expect(await shown(facet, 'riskops')).toEqual(['stock_price'])
    await facet.ok('PATCH', '/dynamic/riskops', { rules: [llmRule({ never: ['stock_price'] })] })
    expect(await shown(facet, 'riskops')).toEqual([])
    expect(fake.sizes).toEqual([1])
  })
})
