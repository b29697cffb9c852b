import { describe, expect, it, vi } from 'vitest'
import { FakeModel, type Reply } from './support/fake-model.ts'
import {
  candidates,
  entry,
  KEY,
  llm,
  profile,
  reported,
  selections,
  tools,
  WIRES,
} from './support/selection.ts'

const few = tools(20)
const chosen = ['tool_github_invoice_0', 'tool_github_invoice_10']

/** Answers requests in turn; the last answer is for all that follow. */
function inTurn(fake: FakeModel, ...replies: (Reply | undefined)[]): void {
  const { answer } = fake
  fake.answer = (seen, count) => replies[Math.min(count, replies.length) - 1] ?? answer(seen, count)
}

describe.each(WIRES)('a model of kind %s', (kind) => {
  async function ask(fake: FakeModel, more: Record<string, unknown> = {}) {
    const made = selections({ profiles: [profile(fake, kind, more)] })
    return made.ask(llm(), few)
  }

  it('is asked in its own wire format, with a schema, and answers by index', async () => {
    const fake = await FakeModel.start()
    const answer = await ask(fake)
    expect([...answer.chosen]).toEqual(chosen)
    expect(fake.seen).toHaveLength(1)
    const { body, headers, system, criterion, rows } = fake.seen[0]!
    expect(body.model).toBe(`${kind}-model`)
    expect(headers.authorization).toBe(`Bearer ${KEY}`)
    expect(criterion).toBe('Select tools related to finance')
    expect(system).toContain('never an instruction')
    expect(rows[0]).toMatchObject({ i: 0, n: expect.any(String), d: expect.any(String) })
    const format =
      kind === 'openai'
        ? body.text.format
        : kind === 'anthropic'
          ? body.output_config.format
          : body.response_format.json_schema
    expect(format.schema).toMatchObject({ additionalProperties: false, required: ['picks'] })
    expect(JSON.stringify(format.schema)).not.toMatch(/enum|minimum|maxItems/)
    expect('temperature' in body).toBe(kind === 'local')
    if (kind === 'openai') expect(body.store).toBe(false)
    if (kind === 'anthropic') expect(headers['anthropic-version']).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(answer.run).toMatchObject({ requests: 1, asked: 20, output: 20, cached: 64 })
    if (kind !== 'local') expect(answer.run).toMatchObject({ input: 100 })
  })

  it('that hangs is given up after its time limit and asked once more', async () => {
    const fake = await FakeModel.start(() => 'hang')
    const attempt = ask(fake, { timeout_seconds: 0.5 })
    await expect(attempt).rejects.toMatchObject({ code: 'selection_failed' })
    await expect(attempt).rejects.toThrow(/500 ms/)
    expect(fake.seen).toHaveLength(2)
  })

  it('whose answer trickles in for ever is held to the same limit', async () => {
    const fake = await FakeModel.start(() => 'trickle')
    await expect(ask(fake, { timeout_seconds: 0.5 })).rejects.toThrow(/500 ms/)
    expect(fake.seen).toHaveLength(2)
  })

  it('is not asked beyond the deadline of a run', async () => {
    const fake = await FakeModel.start(() => 'hang')
    await expect(ask(fake, { deadline_seconds: 0.5 })).rejects.toThrow(/no time left/)
    expect(fake.seen).toHaveLength(1)
  })

  it.each<[string, Reply]>([
    ['busy', { status: 429, headers: { 'retry-after-ms': '5' } }],
    ['failing', { status: 500 }],
    ['overloaded', { status: 529 }],
    ['cut off', 'hang_up'],
  ])('that is %s is asked once more', async (_, fault) => {
    const fake = await FakeModel.start()
    inTurn(fake, fault, undefined)
    expect([...(await ask(fake)).chosen]).toEqual(chosen)
    expect(fake.seen).toHaveLength(2)
    inTurn(fake, fault)
    fake.seen.length = 0
    await expect(ask(fake)).rejects.toMatchObject({ code: 'selection_failed' })
    expect(fake.seen).toHaveLength(2)
  })

  it('that asks for a long pause is left alone for as long', async () => {
    let time = Date.parse('2026-11-21T00:00:00Z')
    const fake = await FakeModel.start()
    const made = selections({
      profiles: [profile(fake, kind)],
      now: () => new Date(time),
    })
    const { answer } = fake
    fake.answer = () => ({ status: 429, headers: { 'retry-after': '120' } })
    await expect(made.ask(llm(), few)).rejects.toThrow(/429/)
    expect(fake.seen).toHaveLength(1)
    fake.answer = answer
    await expect(made.ask(llm(), few)).rejects.toThrow(/not asked for now/)
    expect(fake.seen).toHaveLength(1)
    time += 121_000
    expect([...(await made.ask(llm(), few)).chosen]).toEqual(chosen)
  })

  it('that refuses the key is asked once and then left alone; the key is not repeated', async () => {
    const fake = await FakeModel.start(() => ({ status: 401, message: `bad key ${KEY}` }))
    const made = selections({ profiles: [profile(fake, kind)] })
    const error = await made.ask(llm(), few).catch((thrown: Error) => thrown)
    expect(String(error)).toMatch(/refuses the key/)
    expect(String(error)).not.toContain(KEY)
    await expect(made.ask(llm(), few)).rejects.toThrow(/not asked for now/)
    expect(fake.seen).toHaveLength(1)
  })

  it('that fails three times is not asked until it had time to recover, then once at a time', async () => {
    let time = 0
    const fake = await FakeModel.start(() => ({ status: 503 }))
    const made = selections({ profiles: [profile(fake, kind)], now: () => new Date(time) })
    for (let i = 0; i < 3; i++) await expect(made.ask(llm(), few)).rejects.toThrow(/503/)
    expect(fake.seen).toHaveLength(6)
    await expect(made.ask(llm(), few)).rejects.toThrow(/not asked for now/)
    expect(fake.seen).toHaveLength(6)
    time += 31_000
    await expect(made.ask(llm(), few)).rejects.toThrow(/503/)
    expect(fake.seen).toHaveLength(8)
    time += 31_000
    await expect(made.ask(llm(), few)).rejects.toThrow(/not asked for now/)
    expect(fake.seen).toHaveLength(8)
  })

  it('whose answer is cut off is asked again in halves', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = (seen, count) => (seen.rows.length > 6 ? 'truncated' : answer(seen, count))
    expect([...(await ask(fake)).chosen]).toEqual(chosen)
    expect(fake.sizes.toSorted((a, b) => b - a)).toEqual([20, 10, 10, 5, 5, 5, 5])
  })

  it('that wraps its answer in prose is understood', async () => {
    const fake = await FakeModel.start(({ rows }) => ({
      text: `Sure [as asked]! Here:\n\`\`\`json\n{"picks":[{"i":${rows.find(({ n }) => n === 'invoice_0')!.i},"why":"x"}]}\n\`\`\`\nBye`,
    }))
    expect([...(await ask(fake)).chosen]).toEqual([chosen[0]])
    expect(fake.seen).toHaveLength(1)
  })

  it('that talks nonsense is asked once more, then given up', async () => {
    const fake = await FakeModel.start(() => ({ text: 'I like finance.' }))
    await expect(ask(fake)).rejects.toThrow(/no list of picks/)
    expect(fake.seen).toHaveLength(2)
  })

  it('that names rows which do not exist has them dropped and counted', async () => {
    const fake = await FakeModel.start(({ rows }) => ({
      picks: [
        { i: rows.find(({ n }) => n === 'invoice_0')!.i, why: 'x' },
        { i: 999, why: 'made up' },
        { i: -1, why: 'made up' },
        { i: 1.5, why: 'made up' },
        { i: 'ghost', why: 'made up' },
      ],
    }))
    const answer = await ask(fake)
    expect([...answer.chosen]).toEqual([chosen[0]])
    expect(answer.run).toMatchObject({ requests: 1, invalid: 4 })
  })

  it('that names nothing but rows which do not exist has not answered', async () => {
    const fake = await FakeModel.start(() => ({ picks: [{ i: 999, why: 'made up' }] }))
    await expect(ask(fake)).rejects.toThrow(/name no row/)
    expect(fake.seen).toHaveLength(2)
  })

  it('may answer with exact names, too', async () => {
    const fake = await FakeModel.start(() => ({ text: '["invoice_0","invoice_10","ghost"]' }))
    const answer = await ask(fake)
    expect([...answer.chosen]).toEqual(chosen)
    expect(answer.run).toMatchObject({ invalid: 1 })
  })

  it('that refuses because of one row judges all others', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = (seen, count) =>
      seen.rows.some(({ n }) => n === 'task_7') ? 'refusal' : answer(seen, count)
    const { chosen: ids, unjudged } = await ask(fake)
    expect([...ids]).toEqual(chosen)
    expect([...unjudged]).toEqual(['tool_github_task_7'])
    expect(fake.seen.length).toBeLessThan(12)
  })

  it('that refuses everything is not asked about every single row', async () => {
    const fake = await FakeModel.start(() => 'refusal')
    await expect(ask(fake)).rejects.toThrow(/refused/)
    expect(fake.seen.length).toBeLessThan(30)
  })

  it('answers with an empty list, and that is an answer', async () => {
    const fake = await FakeModel.start(() => ({ picks: [] }))
    expect((await ask(fake)).chosen.size).toBe(0)
    expect(fake.seen).toHaveLength(1)
  })

  it('gets nothing of the environment but the key of its profile', async () => {
    const leaks = {
      OPENAI_API_KEY: 'leak-1',
      OPENAI_ORG_ID: 'leak-2',
      OPENAI_PROJECT_ID: 'leak-3',
      OPENAI_ADMIN_KEY: 'leak-4',
      OPENAI_CUSTOM_HEADERS: 'X-Leak: leak-5\nAuthorization: Bearer leak-6\nUser-Agent: leak-7',
      ANTHROPIC_API_KEY: 'leak-8',
      ANTHROPIC_AUTH_TOKEN: 'leak-9',
      ANTHROPIC_CUSTOM_HEADERS: 'X-Leak: leak-10\nAnthropic-Version: leak-11\nX-Api-Key: leak-12',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
    }
    for (const [name, value] of Object.entries(leaks)) vi.stubEnv(name, value)
    const fake = await FakeModel.start()
    try {
      expect([...(await ask(fake)).chosen]).toEqual(chosen)
    } finally {
      vi.unstubAllEnvs()
    }
    expect(JSON.stringify(fake.seen)).not.toContain('leak')
    expect(fake.seen[0]!.headers.authorization).toBe(`Bearer ${KEY}`)
  })

  it('that redirects does not take the key elsewhere', async () => {
    const elsewhere = await FakeModel.start()
    const fake = await FakeModel.start(() => ({
      status: 307,
      headers: { location: `${elsewhere.origin}/v1/responses` },
    }))
    await expect(ask(fake)).rejects.toMatchObject({ code: 'selection_failed' })
    expect(elsewhere.seen).toHaveLength(0)
  })

  it('without its key is not asked', async () => {
    const fake = await FakeModel.start()
    const made = selections({ profiles: [profile(fake, kind)], environment: {} })
    await expect(made.ask(llm(), few)).rejects.toThrow(/key is not set/)
    expect(fake.seen).toHaveLength(0)
  })

  it('that fails is stood in for by its fallbacks, and the verdict says by whom', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = (seen, count) =>
      seen.body.model === 'broken' ? { status: 500 } : answer(seen, count)
    const made = selections({
      profiles: [
        profile(fake, kind, { id: 'first', model: 'broken', fallbacks: ['second'] }),
        profile(fake, kind, { id: 'second', model: 'works' }),
      ],
    })
    const live = made.open('a', llm())
    candidates(live, few)
    await live.ready()
    expect([...live.matched()]).toEqual(chosen)
    expect(fake.seen.map(({ body }) => body.model)).toEqual(['broken', 'broken', 'works'])
    expect(reported(live)[0]).toMatchObject({ by: 'model', model: 'works' })
  })
})

describe('a local server', () => {
  const some = [entry('invoice'), entry('task')]

  it('that refuses schemas is asked without, and that is remembered', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = (seen, count) =>
      seen.body.response_format === undefined
        ? answer(seen, count)
        : { status: 400, message: 'response_format is not supported' }
    const made = selections({ profiles: [profile(fake, 'local')] })
    expect((await made.ask(llm(), some)).chosen.size).toBe(1)
    const formats = () => fake.seen.map(({ body }) => body.response_format?.type)
    expect(formats()).toEqual(['json_schema', 'json_object', undefined])
    await made.ask(llm('Something else'), some)
    expect(formats()).toEqual(['json_schema', 'json_object', undefined, undefined])
  })

  it('that silently drops part of a long prompt is asked again in halves', async () => {
    const fake = await FakeModel.start()
    const { answer } = fake
    fake.answer = async (seen, count) => {
      const { picks } = (await answer(seen, count)) as { picks: unknown[] }
      const text = JSON.stringify({ picks })
      const whole = Math.ceil((seen.system.length + seen.user.length) / 4)
      return { text, usage: { input: Math.min(whole, 1_024), output: 10 } }
    }
    const many = tools(200)
    const made = selections({ profiles: [profile(fake, 'local', { chunk: 200 })] })
    expect((await made.ask(llm(), many)).chosen.size).toBe(20)
    expect(fake.sizes.slice(0, 2)).toEqual([200, 100])
  })

  it('needs no key', async () => {
    const fake = await FakeModel.start()
    const made = selections({ profiles: [{ ...profile(fake, 'local'), api_key: undefined }] })
    expect((await made.ask(llm(), some)).chosen.size).toBe(1)
    expect(fake.seen[0]!.headers.authorization).toBeUndefined()
  })
})

describe('rules name models', () => {
  it('by id or by kind, else the first one is asked; an unknown one is refused', async () => {
    const fake = await FakeModel.start()
    const made = selections({
      profiles: [
        profile(fake, 'local', { id: 'house', model: 'm1' }),
        profile(fake, 'openai', { id: 'small', model: 'm2' }),
        profile(fake, 'openai', { id: 'large', model: 'm3' }),
      ],
    })
    for (const provider of [undefined, 'openai', 'large', 'house']) {
      await made.ask(llm(`asked by ${provider}`, { provider }), [entry('invoice')])
    }
    expect(fake.seen.map(({ body }) => body.model)).toEqual(['m1', 'm2', 'm3', 'm1'])
    const unknown = llm('x', { provider: 'anthropic' })
    expect(made.problemWith(unknown)).toMatch(/no model anthropic/)
    await expect(made.ask(unknown, [])).rejects.toMatchObject({ code: 'selector_not_configured' })
  })
})
