import { describe, expect, it } from 'vitest'
import { memoryStores } from '../../src/selection/memory-stores.ts'
import { about, FakeModel, type Seen } from './support/fake-model.ts'
import {
  candidates,
  entry,
  index,
  llm,
  profile,
  reported,
  selections,
  tools,
} from './support/selection.ts'

const hundred = tools(100)

/** Answers triage and requests for search terms, too. */
function triaging(fake: FakeModel, sources: RegExp, terms: readonly string[] = []) {
  fake.answer = (seen, count) => {
    if (isExpansion(seen)) return { text: JSON.stringify({ terms }) }
    return isTriage(seen) ? about(sources)(seen, count) : about(/invoice/)(seen, count)
  }
}

const isTriage = ({ system }: Seen) => system.includes('Each row is one source')
const isExpansion = ({ system }: Seen) => system.includes('"terms"')
const isJudging = (seen: Seen) => !isTriage(seen) && !isExpansion(seen)

describe('an estimate', () => {
  it('says what asking would take and asks nothing; what is judged costs nothing again', async () => {
    const fake = await FakeModel.start()
    const prices = { input: 1, output: 10 }
    const made = selections({ profiles: [profile(fake, 'openai', { chunk: 30, prices })] })
    const before = await made.estimate(llm(), hundred)
    expect(before).toMatchObject({
      candidates: 100,
      cached: 0,
      entries: 100,
      requests: 4,
      triage: false,
      leftToday: 2_000_000,
    })
    expect(before.cost).toBeCloseTo((before.input + 10 * before.output) / 1e6)
    expect(fake.seen).toHaveLength(0)
    const { run } = await made.ask(llm(), hundred)
    expect(run).toMatchObject({ requests: 4, cost: (400 + 10 * 80) / 1e6 })
    expect(await made.estimate(llm(), hundred)).toMatchObject({
      entries: 0,
      cached: 100,
      requests: 0,
      cost: 0,
    })
  })

  it('without prices has no cost, which is not the same as none', async () => {
    const fake = await FakeModel.start()
    const made = selections({ profiles: [profile(fake, 'openai')] })
    expect((await made.estimate(llm(), hundred)).cost).toBeNull()
  })

  it('of real descriptions is near what the request has', async () => {
    const fake = await FakeModel.start()
    const made = selections({ profiles: [profile(fake, 'openai')] })
    const estimate = await made.estimate(llm(), hundred)
    await made.ask(llm(), hundred)
    const { system, user } = fake.seen[0]!
    const real = (system.length + user.length) / 4
    expect(Math.abs(estimate.input - real) / real).toBeLessThan(0.15)
  })
})

describe('the budget of a day', () => {
  it('is kept to before anything is asked, and begins anew the next day', async () => {
    let time = Date.parse('2026-11-21T12:00:00Z')
    const fake = await FakeModel.start()
    const stores = memoryStores()
    const profiles = [profile(fake, 'openai', { max_tokens_per_day: 4_000 })]
    const now = () => new Date(time)
    const made = selections({ profiles, stores, now })
    await made.ask(llm('one'), hundred)
    await stores.spend.add('2026-11-21', 'openai', 3_500)
    const restarted = selections({ profiles, stores, now })
    await expect(restarted.ask(llm('two'), hundred)).rejects.toMatchObject({
      code: 'selection_over_budget',
    })
    expect(fake.seen).toHaveLength(1)
    time += 24 * 3_600_000
    expect((await restarted.ask(llm('two'), hundred)).chosen.size).toBe(10)
  })

  it('that is spent leaves what is published as it is', async () => {
    const fake = await FakeModel.start()
    const profiles = [profile(fake, 'openai', { max_tokens_per_day: 3_000 })]
    const stores = memoryStores()
    await selections({ profiles, stores }).ask(llm(), hundred)
    const made = selections({ profiles, stores })
    const live = made.open('server#1', llm())
    candidates(live, hundred)
    await live.ready()
    await stores.spend.add(new Date().toISOString().slice(0, 10), 'openai', 3_000)
    const later = selections({ profiles, stores })
    const again = later.open('server#1', llm())
    candidates(again, [...hundred, entry('invoice_new')])
    await again.ready()
    await expect.poll(() => again.state).toBe('over_budget')
    expect(again.matched().size).toBe(10)
    expect(again.report()).toMatchObject({ error: { kind: 'over_budget' }, pending: 1 })
  })
})

describe('the budget of a day that is spent', () => {
  it('is not in the way of a fallback that has one of its own', async () => {
    const fake = await FakeModel.start()
    const stores = memoryStores()
    const today = new Date().toISOString().slice(0, 10)
    await stores.spend.add(today, 'openai', 2_000_000)
    const made = selections({
      profiles: [profile(fake, 'openai', { fallbacks: ['local'] }), profile(fake, 'local')],
      stores,
    })
    expect((await made.ask(llm(), hundred)).chosen.size).toBe(10)
    expect(fake.seen.map(({ wire }) => wire)).toEqual(['local'])
  })
})

describe('above the budget of a run', () => {
  const many = [...tools(100, 'bank'), ...tools(100, 'games'), ...tools(100, 'shop')]
  const limit = { max_tokens_per_run: 5_000 }

  it('sources are judged first, and only entries of likely ones are asked about', async () => {
    const fake = await FakeModel.start()
    triaging(fake, /bank|shop/)
    const made = selections({ profiles: [profile(fake, 'openai', limit)] })
    const live = made.open('server#1', llm())
    candidates(live, many)
    await live.ready()
    expect(fake.seen.filter(isTriage).map(({ rows }) => rows.length)).toEqual([3])
    expect(fake.seen.filter(isExpansion)).toHaveLength(0)
    expect(fake.seen.filter(isJudging).reduce((sum, { rows }) => sum + rows.length, 0)).toBe(200)
    expect(live.matched().size).toBe(20)
    expect(live.state).toBe('over_budget')
    expect(live.report().coverage).toEqual({ judged: 200, of: 300 })
    expect(reported(live).find(({ id }) => id.includes('games'))).toMatchObject({
      by: 'left_out',
    })
  })

  it('entries of likely sources are ranked by the words a match would have', async () => {
    const fake = await FakeModel.start()
    triaging(fake, /./, ['invoice', 'billing'])
    const stores = memoryStores()
    const setup = { profiles: [profile(fake, 'openai', { max_tokens_per_run: 2_500 })], stores }
    const made = selections(setup)
    index(made, many)
    const { chosen, unjudged } = await made.ask(llm(), many)
    expect(fake.seen.filter(isExpansion)).toHaveLength(1)
    expect(chosen.size).toBe(30)
    expect(unjudged.size).toBeGreaterThan(100)
    const asked = fake.seen.filter(isJudging)
    const tokens = asked.reduce((sum, { system, user }) => sum + (system + user).length / 4, 0)
    expect(tokens).toBeLessThan(2_500)

    const requests = fake.seen.length
    const restarted = selections(setup)
    index(restarted, many)
    expect((await restarted.ask(llm(), many)).chosen).toEqual(chosen)
    expect(fake.seen).toHaveLength(requests)
  })

  it('an exclude rule keeps out what was not asked about', async () => {
    const fake = await FakeModel.start()
    triaging(fake, /bank/)
    const made = selections({ profiles: [profile(fake, 'openai', limit)] })
    const live = made.open('server#1', llm('x', { effect: 'exclude' }))
    candidates(live, many)
    await live.ready()
    expect(live.matched().size).toBe(10 + 200)
  })
})
