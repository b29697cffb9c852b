import { describe, expect, it } from 'vitest'
import type { Explanation, SelectStage, Stage } from '../../src/dynamic/explain/answer.ts'
import { FakeModel } from '../selection/support/fake-model.ts'
import { tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { llmRule, post, serve, shown, startSelecting } from './selection/support.ts'

const why = ({ ok }: TestFacet, server: string, name: string) =>
  ok<Explanation>('GET', `/dynamic/${server}/explain?name=${name}`)

const stageOf = <K extends Stage['stage']>({ stages }: Explanation, stage: K) =>
  stages.find((each) => each.stage === stage) as Extract<Stage, { stage: K }>

const rulesOf = (answer: Explanation) => (stageOf(answer, 'select') as SelectStage).rules
const texts = ({ nearest }: Explanation) => nearest!.changes.map(({ text }) => text)

describe('an explanation of a rule of mode llm', () => {
  it('says what the model chose and why, and what would outrank it', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    await post(facet, 'stock_price')
    await post(facet, 'send_mail')
    await post(facet, 'old_price', { deprecated: true })
    await serve(facet, 's', llmRule({ filter: '!deprecated', always: ['stock_quote'] }))
    expect(await shown(facet, 's')).toEqual(['stock_price'])
    const price = await why(facet, 's', 'stock_price')
    expect(price.in).toBe(true)
    const selection = { chosen: true, by: 'model', reason: expect.any(String) }
    expect(rulesOf(price)[0]).toMatchObject({ mode: 'llm', matched: true, selection })
    const mail = await why(facet, 's', 'send_mail')
    expect(mail).toMatchObject({ in: false, nearest: { rule: 0, enough: null } })
    expect(rulesOf(mail)[0]).toMatchObject({
      verdict: 'match',
      matched: false,
      text: 'rules[0] lets it through, and the model did not choose it (model)',
    })
    expect(texts(mail)).toEqual([
      "have the model of rules[0] choose it, or add 'send_mail' to its always",
    ])
    const old = await why(facet, 's', 'old_price')
    expect(rulesOf(old)[0]).toMatchObject({ verdict: 'no_match', selection: { chosen: false } })
    expect(texts(old)[0]).toBe('set deprecated to false')
  })

  it('asks no model for a draft, or for rules that are not saved', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake)
    await post(facet, 'stock_price')
    const definition = { id: 'd', name: 'd', status: 'draft', rules: [llmRule()] }
    await facet.ok('POST', '/dynamic', definition)
    expect((await why(facet, 'd', 'stock_price')).in).toBe(false)
    const body = { rules: [llmRule()], name: 'stock_price' }
    expect((await facet.ok<Explanation>('POST', '/explain', body)).in).toBe(false)
    expect(fake.sizes).toEqual([])
  })
})

describe('an explanation of a server under review', () => {
  it('says that a new entry waits for approval, and what it was before that', async () => {
    const facet = await startFacet()
    await facet.ok('POST', '/tools', tool('old', { tags: ['x'] }))
    const rules = [{ type: 'tool', filter: "'x' in tags" }]
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', admission: 'review', rules })
    expect(stageOf(await why(facet, 's', 'old'), 'review')).toMatchObject({
      passed: true,
      text: 'it is approved',
    })
    await facet.ok('POST', '/tools', tool('new', { tags: ['x'] }))
    const answer = await why(facet, 's', 'new')
    expect(answer).toMatchObject({ in: false, served: false })
    expect(answer.stages.map(({ stage, passed }) => [stage, passed])).toEqual([
      ['enabled', true],
      ['select', true],
      ['review', false],
      ['override', null],
      ['shadow', null],
      ['permit', null],
      ['budget', null],
      ['hide', null],
      ['listed', null],
    ])
    expect(stageOf(answer, 'review')).toMatchObject({ state: 'pending', reason: 'new' })
    expect(answer.summary).toBe(
      'Out: it is new and waits for approval. To let it in: approve it: POST /dynamic/s/pending/approve.',
    )
  })
})

describe('an explanation of a server that is searched', () => {
  it('says that a tool is found and not listed, and which names are its own', async () => {
    const facet = await startFacet()
    for (const name of ['pinned_one', 'other', 'search_tools']) {
      await facet.ok('POST', '/tools', tool(name))
    }
    const rules = [{ type: 'tool', filter: 'true' }]
    const more = { exposure: 'search', pinned: ['pinned_one'] }
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules, ...more })
    const other = stageOf(await why(facet, 's', 'other'), 'listed')
    expect(other.text).toBe("found with search_tools as 'other'")
    const pinned = stageOf(await why(facet, 's', 'pinned_one'), 'listed')
    expect(pinned.text).toBe("listed as 'pinned_one'")
    const own = await why(facet, 's', 'search_tools')
    expect(stageOf(own, 'shadow')).toMatchObject({ passed: false, reserved: true })
    expect(own.summary).toContain("a tool of the server itself has the name 'search_tools'")
  })
})
