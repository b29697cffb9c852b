import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { memoryStores } from '../../src/selection/memory-stores.ts'
import { until } from '../support/wait.ts'
import { about, FakeModel } from './support/fake-model.ts'
import {
  candidates,
  entry,
  llm,
  names,
  profile,
  reported,
  selections,
  tools,
} from './support/selection.ts'

const down = () => ({ status: 503 }) as const

/** Waits until nothing is being worked on. */
function settled(live: { state: string }) {
  return until('the rule is settled', () => live.state !== 'refreshing' && live.state !== 'cold')
}

async function opened(
  fake: FakeModel,
  documents = tools(20),
  rule = llm(),
  stores = memoryStores(),
) {
  const made = selections({ profiles: [profile(fake, 'openai')], stores })
  const live = made.open('server#1', rule)
  candidates(live, documents)
  await live.ready()
  return { made, live, stores, documents }
}

describe('a rule of mode llm', () => {
  it('makes one pass when fifty ask at once, in chunks of a hundred', async () => {
    const fake = await FakeModel.start()
    const made = selections({ profiles: [profile(fake, 'openai')] })
    const thousand = tools(1_000)
    const lives = Array.from({ length: 50 }, (_, i) => made.open(`server#${i}`, llm()))
    await Promise.all(
      lives.map((live) => {
        candidates(live, thousand)
        return live.ready()
      }),
    )
    expect(fake.sizes).toEqual(Array(10).fill(100))
    for (const live of lives) expect(live.matched().size).toBe(100)
    const answers = await Promise.all(Array.from({ length: 50 }, () => made.ask(llm(), thousand)))
    expect(new Set(answers.map(({ chosen }) => chosen.size))).toEqual(new Set([100]))
    expect(fake.seen).toHaveLength(10)
  })

  it('asks nothing when only order, schemas or unrelated fields change', async () => {
    const fake = await FakeModel.start()
    const { live, documents } = await opened(fake)
    live.reset(documents.toReversed().map((document) => ({ ...document, deprecated: true })))
    await sleep(30)
    await settled(live)
    expect(fake.seen).toHaveLength(1)
    expect(live.matched().size).toBe(2)
  })

  it('asks one request about two new entries, which stay out until it is answered', async () => {
    const fake = await FakeModel.start()
    const { live, documents } = await opened(fake)
    const changes: string[][] = []
    live.subscribe((ids) => changes.push([...ids]))
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    fake.answer = async (seen, count) => {
      await released
      return about(/invoice/)(seen, count)
    }
    const fresh = [entry('invoice_new'), entry('task_new')]
    candidates(live, fresh)
    await until('the model is asked', () => fake.seen.length === 2)
    expect(live.state).toBe('refreshing')
    expect(names(live, [...documents, ...fresh])).toEqual(['invoice_0', 'invoice_10'])
    expect(live.report()).toMatchObject({ pending: 2, coverage: { judged: 20, of: 22 } })
    release()
    await settled(live)
    expect(names(live, fresh)).toEqual(['invoice_new'])
    expect(fake.sizes).toEqual([20, 2])
    expect(changes).toEqual([['tool_github_invoice_new']])
  })

  it('keeps a changed entry where it is until it is judged as it is now', async () => {
    const fake = await FakeModel.start(about(/invoice_0 Does/))
    const { live } = await opened(fake, [entry('invoice_0'), ...tools(5, 'other')])
    fake.answer = () => 'hang'
    candidates(live, [entry('invoice_0', { description: 'Something else' })])
    await until('the model is asked', () => fake.seen.length === 3)
    expect(fake.sizes.at(-1)).toBe(1)
    expect(live.matches('tool_github_invoice_0')).toBe(true)
  })

  it('lets a removed entry go at once, and take its place again without being asked about', async () => {
    const fake = await FakeModel.start()
    const { live, documents } = await opened(fake)
    live.change({ put: [], remove: ['tool_github_invoice_0'] })
    expect(names(live, documents)).toEqual(['invoice_10'])
    fake.answer = down
    candidates(live, [documents[0]!])
    await until('it is back', () => live.matches('tool_github_invoice_0'))
    expect(fake.seen).toHaveLength(1)
  })

  it('never changes what is published while the provider is down', async () => {
    const fake = await FakeModel.start()
    const { live, documents } = await opened(fake)
    let changes = 0
    live.subscribe(() => changes++)
    const { answer } = fake
    fake.answer = down
    candidates(live, [entry('invoice_new')])
    candidates(live, [entry('invoice_10', { description: 'Changed' })])
    await until('it was tried', () => live.state === 'stale')
    expect(names(live, documents)).toEqual(['invoice_0', 'invoice_10'])
    expect(live.matches('tool_github_invoice_new')).toBe(false)
    expect(live.report()).toMatchObject({
      error: { kind: 'server_error', message: expect.stringContaining('503') },
      pending: 2,
    })
    expect(changes).toBe(0)
    fake.answer = answer
    await live.rejudge()
    expect(live.state).toBe('fresh')
    expect(live.matches('tool_github_invoice_new')).toBe(true)
  })

  it('that has no answer yet fails: it is neither empty nor everything', async () => {
    const fake = await FakeModel.start(down)
    const made = selections({ profiles: [profile(fake, 'openai')] })
    const live = made.open('server#1', llm())
    candidates(live, tools(20))
    await expect(live.ready()).rejects.toMatchObject({ code: 'selection_failed' })
    expect(live.state).toBe('failed')
    expect(live.matched().size).toBe(0)
    const requests = fake.seen.length
    await expect(live.ready()).rejects.toMatchObject({ code: 'selection_failed' })
    expect(fake.seen).toHaveLength(requests)
  })

  it('does not publish part of a first answer, and later asks only for the rest', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = (seen, count) => (count === 1 ? answer(seen, count) : { status: 400 })
    const made = selections({ profiles: [profile(fake, 'openai', { concurrency: 1 })] })
    const live = made.open('server#1', llm())
    candidates(live, tools(300))
    await expect(live.ready()).rejects.toMatchObject({ code: 'selection_failed' })
    expect(live.matched().size).toBe(0)
    fake.answer = answer
    fake.seen.length = 0
    expect((await made.ask(llm(), tools(300))).chosen.size).toBe(30)
    expect(fake.sizes).toEqual([100, 100])
  })

  it('tries again by itself', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = (seen, count) => (count <= 2 ? { status: 503 } : answer(seen, count))
    const made = selections({
      profiles: [profile(fake, 'openai')],
      timing: { refreshAfterMs: 20 },
    })
    const live = made.open('server#1', llm())
    candidates(live, tools(20))
    await expect(live.ready()).rejects.toThrow()
    await until('it has an answer', () => live.state === 'fresh')
    expect(live.matched().size).toBe(2)
  })

  it('shares verdicts with every rule that has the same prompt, however it is spaced', async () => {
    const fake = await FakeModel.start()
    const { made, documents } = await opened(fake)
    const other = made.open('other#1', llm('  Select tools\n related to finance '))
    candidates(other, documents.slice(0, 15))
    await other.ready()
    expect(other.matched().size).toBe(2)
    expect(fake.seen).toHaveLength(1)
    expect(reported(other)[0]).toMatchObject({ by: 'model', cached: true })
    await made.ask(llm('Select something else'), documents)
    expect(fake.seen).toHaveLength(2)
  })
})

describe('a restart', () => {
  it('asks nothing', async () => {
    const fake = await FakeModel.start()
    const { made, stores, documents } = await opened(fake)
    await made.close()
    const again = await opened(fake, documents, llm(), stores)
    await settled(again.live)
    expect(again.live.matched().size).toBe(2)
    expect(again.live.state).toBe('fresh')
    expect(fake.seen).toHaveLength(1)
  })

  it('while the provider is down publishes what was published before', async () => {
    const fake = await FakeModel.start()
    const { made, stores, documents } = await opened(fake)
    await made.close()
    fake.answer = down
    const changed = documents.map((document) => ({ ...document, title: 'Now with a title' }))
    const again = await opened(fake, [...changed, entry('invoice_new')], llm(), stores)
    await settled(again.live)
    expect(names(again.live, [...changed, entry('invoice_new')])).toEqual([
      'invoice_0',
      'invoice_10',
    ])
    expect(again.live.state).toBe('stale')
  })

  it('does not let a new entry in that has the id of one that was removed', async () => {
    const fake = await FakeModel.start()
    const { made, live, stores, documents } = await opened(fake)
    live.change({ put: [], remove: ['tool_github_invoice_0'] })
    await sleep(30)
    await settled(live)
    await made.close()
    fake.answer = down
    const hostile = entry('invoice_0', { description: 'Something else' })
    const again = await opened(fake, [...documents.slice(1), hostile], llm(), stores)
    await settled(again.live)
    expect(again.live.matches(hostile.id)).toBe(false)
  })
})

describe('the shrink guard', () => {
  it('holds an answer that would empty the set until it is confirmed', async () => {
    const fake = await FakeModel.start()
    const { live, documents } = await opened(fake)
    fake.answer = () => ({ picks: [] })
    await live.rejudge()
    expect(live.state).toBe('held')
    expect(live.report().held).toEqual({
      drops: ['tool_github_invoice_0', 'tool_github_invoice_10'],
      adds: [],
    })
    expect(live.matched().size).toBe(2)
    expect(await live.confirm()).toBe(true)
    expect(names(live, documents)).toEqual([])
    expect(live.state).toBe('fresh')
    expect(await live.confirm()).toBe(false)
  })

  it('holds one that would drop over half, across a restart, but not one that drops half', async () => {
    const fake = await FakeModel.start(about(/task_[1-4]\b/))
    const { made, live, stores, documents } = await opened(fake)
    expect(live.matched().size).toBe(4)
    fake.answer = about(/task_[12]\b/)
    await live.rejudge()
    expect(live.state).toBe('fresh')
    expect(live.matched().size).toBe(2)
    fake.answer = about(/task_[3-9]\b/)
    await live.rejudge()
    expect(live.state).toBe('held')
    await made.close()
    const again = await opened(fake, documents, llm(), stores)
    await settled(again.live)
    expect(again.live.state).toBe('held')
    expect(names(again.live, documents)).toEqual(['task_1', 'task_2'])
  })

  it('does not hold back what the catalog itself takes away', async () => {
    const fake = await FakeModel.start()
    const { live, documents } = await opened(fake)
    live.reset(documents.filter(({ name }) => !name.startsWith('invoice')))
    await sleep(30)
    await settled(live)
    expect(live.matched().size).toBe(0)
    expect(live.state).toBe('fresh')
  })
})

describe('names', () => {
  it('under always and never outrank the model, and are not asked about', async () => {
    const fake = await FakeModel.start()
    const rule = llm('Finance', { always: ['task_1'], never: ['invoice_0', 'task_2'] })
    const { live, documents, made } = await opened(fake, tools(20), rule)
    expect(names(live, documents)).toEqual(['task_1', 'invoice_10'])
    expect(fake.sizes).toEqual([17])
    const by = new Map(reported(live).map((shown) => [shown.id, shown.by]))
    expect(by.get('tool_github_task_1')).toBe('always')
    expect(by.get('tool_github_invoice_0')).toBe('never')
    expect((await made.ask(rule, documents)).chosen).toEqual(live.matched())
  })

  it('under never outrank what the model chose before they were listed, and what it keeps out', async () => {
    const fake = await FakeModel.start()
    const { made, stores, documents } = await opened(fake)
    await made.close()
    const rule = llm(undefined, { never: ['invoice_0'] })
    const { live } = await opened(fake, documents, rule, stores)
    expect(names(live, documents)).toEqual(['invoice_10'])
    const exclude = llm('x', { effect: 'exclude', never: ['invoice_0'] })
    const other = await opened(fake, documents, exclude)
    expect(names(other.live, documents)).toEqual(['invoice_10'])
  })

  it('under always do not reach beyond the candidates', async () => {
    const fake = await FakeModel.start()
    const { live } = await opened(fake, tools(3), llm('Finance', { always: ['elsewhere'] }))
    expect(live.matched().size).toBe(1)
  })

  it('of resources are their URIs', async () => {
    const fake = await FakeModel.start(() => ({ picks: [] }))
    const document = entry('report', { type: 'resource', uri: 'file:///a' })
    const { live } = await opened(fake, [document], llm('x', { always: ['file:///a'] }))
    expect(live.matches(document.id)).toBe(true)
  })
})

describe('an exclude rule of mode llm', () => {
  const exclude = llm('Finance', { effect: 'exclude' })

  it('keeps its whole scope out while it cannot be judged', async () => {
    const fake = await FakeModel.start(down)
    const { live, documents } = await opened(fake, tools(20), exclude)
    await settled(live)
    expect(live.matched().size).toBe(documents.length)
    expect(live.state).toBe('stale')
    expect(live.report()).toMatchObject({
      error: { kind: 'server_error' },
      coverage: { judged: 0 },
    })
  })

  it('lets in what the model passes over, and not what is new or changed', async () => {
    const fake = await FakeModel.start()
    const { live, documents } = await opened(fake, tools(20), exclude)
    expect(names(live, documents)).toEqual(['invoice_0', 'invoice_10'])
    fake.answer = () => 'hang'
    candidates(live, [entry('task_new'), entry('task_1', { description: 'Pays invoices now' })])
    expect(live.matches('tool_github_task_new')).toBe(true)
    expect(live.matches('tool_github_task_1')).toBe(true)
  })

  it('keeps out what the model refuses to judge', async () => {
    const fake = await FakeModel.start(() => 'refusal')
    const { live } = await opened(fake, [entry('strange')], exclude)
    expect(live.matches('tool_github_strange')).toBe(true)
    expect(reported(live)[0]).toMatchObject({ by: 'refused' })
  })
})

describe('the report of a rule', () => {
  it('says of each entry by what it was chosen, in whose words and when', async () => {
    const fake = await FakeModel.start()
    const { live } = await opened(fake)
    const report = live.report()
    const entries = reported(live)
    expect(report).toMatchObject({
      mode: 'llm',
      state: 'fresh',
      coverage: { judged: 20, of: 20 },
      pending: 0,
      run: { requests: 1, asked: 20, input: 100, output: 20, cost: null, invalid: 0 },
    })
    expect(entries[0]).toEqual({
      id: 'tool_github_invoice_0',
      matched: true,
      by: 'model',
      reason: 'about the topic',
      model: 'openai-model',
      judgedAt: expect.stringMatching(/^20/),
      cached: false,
    })
    expect(entries[1]).toMatchObject({ matched: false, by: 'model' })
    expect(entries[1]).not.toHaveProperty('reason')
  })
})
