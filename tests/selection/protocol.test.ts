import { describe, expect, it } from 'vitest'
import { memoryStores } from '../../src/selection/memory-stores.ts'
import { until } from '../support/wait.ts'
import { FakeModel, type Reply } from './support/fake-model.ts'
import {
  candidates,
  entry,
  llm,
  names,
  profile,
  selections,
  tools,
  WIRES,
} from './support/selection.ts'

/**
 * The cases of the protocol, each with the number of HTTP requests it takes, against servers that
 * speak the wire format of each provider.
 */

const made = tools(1_000)
const few = tools(20)
const first = ['tool_github_invoice_0', 'tool_github_invoice_10']

describe.each(WIRES)('the protocol with a model of kind %s', (kind) => {
  const settled = (live: { state: string }) =>
    until('it is settled', () => live.state !== 'refreshing' && live.state !== 'cold')

  async function opened(fake: FakeModel, documents = few, stores = memoryStores()) {
    const chunk = 100
    const made = selections({ profiles: [profile(fake, kind, { chunk })], stores })
    const live = made.open('server#1', llm())
    candidates(live, documents)
    await live.ready()
    return { made, live, stores }
  }

  it('50 select 1,000 entries at once, cold: 10 requests; made-up indices are dropped', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = async (seen, count) => {
      const { picks } = (await answer(seen, count)) as { picks: unknown[] }
      return { picks: [...picks, { i: 4_711, why: 'made up' }] }
    }
    const all = selections({ profiles: [profile(fake, kind, { chunk: 100 })] })
    const answers = await Promise.all(Array.from({ length: 50 }, () => all.ask(llm(), made)))
    expect(fake.sizes).toEqual(Array(10).fill(100))
    expect(new Set(answers.map(({ chosen }) => chosen.size))).toEqual(new Set([100]))
    expect(answers.find(({ run }) => run)!.run).toMatchObject({ requests: 10, invalid: 10 })
  })

  it('the same entries in another order, or after a restart: 0 requests', async () => {
    const fake = await FakeModel.start()
    const { live, stores } = await opened(fake)
    live.reset(few.toReversed())
    await settled(live)
    const again = await opened(fake, few, stores)
    await settled(again.live)
    expect([...again.live.matched()].sort()).toEqual(first)
    expect(fake.seen).toHaveLength(1)
  })

  it('two new entries: the old set meanwhile, 1 request about the two', async () => {
    const fake = await FakeModel.start()
    const { live } = await opened(fake)
    const fresh = [entry('invoice_new'), entry('task_new')]
    candidates(live, fresh)
    expect([...live.matched()].sort()).toEqual(first)
    await until('it is asked', () => fake.seen.length === 2)
    await settled(live)
    expect(names(live, fresh)).toEqual(['invoice_new'])
    expect(fake.sizes).toEqual([20, 2])
  })

  it('503: 2 requests; the last good set, stale, with the error, the new entry out', async () => {
    const fake = await FakeModel.start()
    const { live } = await opened(fake)
    fake.answer = () => ({ status: 503 })
    candidates(live, [entry('invoice_new')])
    await until('it was tried', () => live.state === 'stale')
    expect(fake.seen).toHaveLength(3)
    expect([...live.matched()].sort()).toEqual(first)
    expect(live.report().error).toMatchObject({ kind: 'server_error' })
  })

  it('three failures open the breaker: 0 further requests', async () => {
    const fake = await FakeModel.start(() => ({ status: 503 }))
    const all = selections({ profiles: [profile(fake, kind)] })
    for (let i = 0; i < 5; i++) await expect(all.ask(llm(), few)).rejects.toThrow()
    expect(fake.seen).toHaveLength(6)
  })

  it('a budget below the estimate: 0 requests', async () => {
    const fake = await FakeModel.start()
    const all = selections({ profiles: [profile(fake, kind, { max_tokens_per_day: 100 })] })
    await expect(all.ask(llm(), few)).rejects.toMatchObject({ code: 'selection_over_budget' })
    expect(fake.seen).toHaveLength(0)
  })

  const chunkOf20 = { chunk: 20 }
  it.each<[string, Reply, number, Record<string, unknown>]>([
    ['hangs', 'hang', 2, { timeout_seconds: 0.3 }],
    ['sends its answer byte by byte for ever', 'trickle', 2, { timeout_seconds: 0.3 }],
    ['hangs up', 'hang_up', 2, {}],
    ['is failing', { status: 500 }, 2, {}],
    ['refuses the key', { status: 401 }, 1, {}],
    ['forbids', { status: 403 }, 1, {}],
    ['is busy, and says for how short', { status: 429, headers: { 'retry-after': '0' } }, 2, {}],
    ['is busy, and says for how long', { status: 429, headers: { 'retry-after': '90' } }, 1, {}],
    ['does not know the model', { status: 404 }, 1, {}],
    ['answers in prose alone', { text: 'I like finance.' }, 2, {}],
    ['answers with nothing', { text: '' }, 2, {}],
    ['names only rows that do not exist', { picks: [{ i: 999, why: 'x' }] }, 2, {}],
    // Halves down to one row, and no further: 20, 10, 5, 2, 1.
    ['cuts off every answer', 'truncated', 5, chunkOf20],
  ])('a server that %s has no answer', async (_, reply, requests, more) => {
    const fake = await FakeModel.start(() => reply)
    const one = selections({ profiles: [profile(fake, kind, more)] })
    await expect(one.ask(llm(), few)).rejects.toMatchObject({ code: 'selection_failed' })
    expect(fake.seen).toHaveLength(requests)
  })

  it.each<[string, (rows: readonly { i: number; n: string }[]) => Reply]>([
    ['wraps its answer in prose', (rows) => ({ text: `Sure!\n${picked(rows)}\nBye` })],
    ['answers by exact names', () => ({ text: '["invoice_0","invoice_10"]' })],
    ['names rows that do not exist, too', (rows) => ({ picks: [...chosenOf(rows), { i: -1 }] })],
  ])('a server that %s is understood: 1 request', async (_, reply) => {
    const fake = await FakeModel.start(({ rows }) => reply(rows))
    const one = selections({ profiles: [profile(fake, kind)] })
    expect([...(await one.ask(llm(), few)).chosen].sort()).toEqual(first)
    expect(fake.seen).toHaveLength(1)
  })

  it('a server that fails once: 2 requests, and an answer', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = (seen, count) => (count === 1 ? { status: 500 } : answer(seen, count))
    const one = selections({ profiles: [profile(fake, kind)] })
    expect((await one.ask(llm(), few)).chosen.size).toBe(2)
    expect(fake.seen).toHaveLength(2)
  })

  it('a cut answer is asked for in halves: 3 requests, the same entries', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = (seen, count) => (seen.rows.length > 10 ? 'truncated' : answer(seen, count))
    const one = selections({ profiles: [profile(fake, kind)] })
    expect([...(await one.ask(llm(), few)).chosen].sort()).toEqual(first)
    expect(fake.sizes.toSorted((a, b) => b - a)).toEqual([20, 10, 10])
  })

  it('a row that is refused is found by halves: 9 requests, and all others are judged', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = (seen, count) =>
      seen.rows.some(({ n }) => n === 'task_7') ? 'refusal' : answer(seen, count)
    const one = selections({ profiles: [profile(fake, kind)] })
    const { chosen, unjudged } = await one.ask(llm(), few.slice(0, 16))
    expect([...chosen].sort()).toEqual(first)
    expect([...unjudged]).toEqual(['tool_github_task_7'])
    expect(fake.seen).toHaveLength(9)
  })
})

function chosenOf(rows: readonly { i: number; n: string }[]) {
  return rows.flatMap(({ i, n }) => (n.startsWith('invoice') ? { i, why: 'x' } : []))
}

function picked(rows: readonly { i: number; n: string }[]): string {
  return JSON.stringify({ picks: chosenOf(rows) })
}
