import { describe, expect, it } from 'vitest'
import { about, FakeModel } from '../../selection/support/fake-model.ts'
import { KEY, profile } from '../../selection/support/selection.ts'
import { startFacet, type TestFacet } from '../../support/facet.ts'
import { until } from '../../support/wait.ts'
import { databaseFile, llmRule, post, serve, shown, startSelecting } from './support.ts'

const down = () => ({ status: 503 }) as const
const TOOLS = ['stock_price', 'invoice_list', 'send_mail']
const PRICES = { prices: { input: 1, output: 5 } }

interface Shown {
  readonly rules: readonly {
    readonly state: string
    readonly held?: { drops: { name: string }[]; adds: { name: string }[] }
    readonly entries: readonly Record<string, unknown>[]
  }[]
}

const selection = ({ ok }: TestFacet, id: string) => ok<Shown>('GET', `/dynamic/${id}/selection`)

async function withTools(fake: FakeModel, options = {}): Promise<TestFacet> {
  const facet = await startSelecting(fake, options)
  for (const name of TOOLS) await post(facet, name)
  return facet
}

describe('a preview of a rule of mode llm', () => {
  it('says what would be asked and what that costs, and asks nothing', async () => {
    const fake = await FakeModel.start()
    const facet = await withTools(fake, { model: PRICES })
    const body = await facet.ok<Record<string, never>>('POST', '/dynamic/preview', [llmRule()])
    expect(body).toMatchObject({
      tools: [],
      rules: [
        {
          selection: {
            candidates: 3,
            unjudged: 3,
            asked: false,
            would_ask: { entries: 3, requests: 1, cost: expect.any(Number), triage: false },
          },
        },
      ],
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'unjudged', rule: 0 })]),
    })
    expect(fake.seen).toEqual([])
  })

  it('asks with ?ask=true and publishes nothing; serving the rule asks nothing more', async () => {
    const fake = await FakeModel.start()
    const facet = await withTools(fake)
    const asked = await facet.ok<{ counts: object }>('POST', '/dynamic/preview?ask=true', [
      llmRule(),
    ])
    expect(asked).toMatchObject({
      counts: { tools: 2 },
      rules: [{ matched: 2, selection: { candidates: 3, unjudged: 0, asked: true } }],
    })
    const known = await facet.ok('POST', '/dynamic/preview', [llmRule()])
    expect(known).toMatchObject({ counts: { tools: 2 }, rules: [{ selection: { asked: false } }] })
    expect(known).toMatchObject({
      rules: [
        {
          selection: {
            reasons: [
              { name: 'invoice_list', model_says: expect.any(String) },
              { name: 'stock_price' },
            ],
          },
        },
      ],
    })
    await serve(facet, 'riskops', llmRule())
    expect(await shown(facet, 'riskops')).toEqual(['invoice_list', 'stock_price'])
    expect(fake.sizes).toEqual([3])
  })

  it('keeps unjudged entries out where the rule excludes', async () => {
    const fake = await FakeModel.start()
    const facet = await withTools(fake)
    const rules = [{ type: 'tool', filter: 'true' }, llmRule({ effect: 'exclude' })]
    expect(await facet.ok('POST', '/dynamic/preview', rules)).toMatchObject({ tools: [] })
    const { tools } = await facet.ok<{ tools: { name: string }[] }>(
      'POST',
      '/dynamic/preview?ask=true',
      rules,
    )
    expect(tools.map(({ name }) => name)).toEqual(['send_mail'])
  })

  it('fails with ?ask=true when the model does', async () => {
    const fake = await FakeModel.start(down)
    const facet = await withTools(fake)
    const { status, body } = await facet.api('POST', '/dynamic/preview?ask=true', [llmRule()])
    expect([status, body.code]).toEqual([503, 'selection_failed'])
  })

  it('of a server whose model is down shows what other rules would do', async () => {
    const fake = await FakeModel.start(down)
    const facet = await withTools(fake)
    await serve(facet, 'riskops', llmRule())
    const rules = [{ type: 'tool', filter: "name == 'send_mail'" }]
    const preview = await facet.ok('POST', '/dynamic/riskops/preview', { rules })
    expect(preview).toMatchObject({ counts: { tools: 1 } })
    expect(preview).not.toHaveProperty('diff')
  })

  it('of a draft shows what is known, and a draft asks nothing', async () => {
    const fake = await FakeModel.start()
    const facet = await withTools(fake)
    const draft = { id: 'd', name: 'd', status: 'draft', rules: [llmRule()] }
    await facet.ok('POST', '/dynamic', draft)
    await facet.ok('POST', '/dynamic/d/preview')
    expect(await selection(facet, 'd')).toMatchObject({ rules: [{ state: 'cold', entries: [] }] })
    expect(fake.seen).toEqual([])
  })
})

describe('GET /dynamic/{id}/selection', () => {
  it('says of every candidate whether it is chosen, by what, and in whose words', async () => {
    const fake = await FakeModel.start()
    const facet = await withTools(fake)
    await serve(facet, 'riskops', llmRule({ always: ['send_mail'] }))
    const { rules } = await selection(facet, 'riskops')
    expect(rules).toMatchObject([{ rule: 0, mode: 'llm', state: 'fresh', pending: 0 }])
    expect(rules[0]!.entries).toMatchObject([
      { name: 'invoice_list', matched: true, by: 'model', model_says: 'about the topic' },
      { name: 'send_mail', matched: true, by: 'always' },
      { name: 'stock_price', matched: true, by: 'model', model: 'openai-model' },
    ])
  })

  it('shows why there is no answer', async () => {
    const fake = await FakeModel.start(down)
    const facet = await withTools(fake)
    await serve(facet, 'riskops', llmRule())
    const { rules } = await selection(facet, 'riskops')
    expect(rules).toMatchObject([{ state: 'failed', error: { kind: 'server_error' } }])
  })

  it('has no rules for a server without such rules, and is 404 for none', async () => {
    const { ok, api } = await startFacet()
    await ok('POST', '/dynamic', { id: 'a', name: 'a', rules: [{ type: 'tool', filter: 'true' }] })
    expect(await ok('GET', '/dynamic/a/selection')).toEqual({ server: 'a', rules: [] })
    expect((await api('GET', '/dynamic/none/selection')).status).toBe(404)
  })
})

describe('POST /dynamic/{id}/rejudge', () => {
  it('asks about every candidate anew', async () => {
    const fake = await FakeModel.start()
    const facet = await withTools(fake)
    await serve(facet, 'riskops', llmRule())
    await shown(facet, 'riskops')
    fake.answer = about(/mail|stock|invoice/)
    await facet.ok('POST', '/dynamic/riskops/rejudge')
    expect(await shown(facet, 'riskops')).toEqual(['invoice_list', 'send_mail', 'stock_price'])
    expect(fake.sizes).toEqual([3, 3])
  })

  it('asks once for a server that nobody has listed', async () => {
    const fake = await FakeModel.start()
    const facet = await withTools(fake)
    await serve(facet, 'riskops', llmRule())
    const answer = await facet.ok('POST', '/dynamic/riskops/rejudge')
    expect(answer).toMatchObject({ rules: [{ state: 'fresh', coverage: { judged: 3, of: 3 } }] })
    expect(fake.sizes).toEqual([3])
  })

  it('holds an answer that would empty the set, until it is confirmed', async () => {
    const fake = await FakeModel.start()
    const facet = await withTools(fake)
    await serve(facet, 'riskops', llmRule())
    await shown(facet, 'riskops')
    fake.answer = about(/nothing at all/)
    const { rules } = await facet.ok<Shown>('POST', '/dynamic/riskops/rejudge', {})
    expect(rules).toMatchObject([{ state: 'held', held: { adds: [] } }])
    expect(rules[0]!.held!.drops.map(({ name }) => name).sort()).toEqual([
      'invoice_list',
      'stock_price',
    ])
    expect(await shown(facet, 'riskops')).toEqual(['invoice_list', 'stock_price'])
    expect(await facet.ok('GET', '/dynamic/riskops')).toMatchObject({
      health: 'degraded',
      degraded: [{ rule: 0, code: 'selection_held' }],
    })
    await facet.ok('POST', '/dynamic/riskops/rejudge', { rule: 0, confirm: true })
    expect(await shown(facet, 'riskops')).toEqual([])
    expect(await facet.ok('GET', '/dynamic/riskops')).toMatchObject({ health: 'ok' })
    const again = await facet.api('POST', '/dynamic/riskops/rejudge', { confirm: true })
    expect([again.status, again.body.code]).toEqual([409, 'nothing_held'])
  })

  it('mends a server that had no answer, when its model is back', async () => {
    const fake = await FakeModel.start(down)
    const facet = await withTools(fake)
    await serve(facet, 'riskops', llmRule())
    expect((await facet.api('GET', '/dynamic/riskops/tools')).status).toBe(503)
    const { status, body } = await facet.api('POST', '/dynamic/riskops/rejudge')
    expect([status, body.code]).toEqual([503, 'selection_failed'])
    fake.answer = about(/invoice/)
    await facet.ok('POST', '/dynamic/riskops/rejudge')
    expect(await shown(facet, 'riskops')).toEqual(['invoice_list'])
    expect(await facet.ok('GET', '/dynamic/riskops')).toMatchObject({ health: 'ok', degraded: [] })
  })

  it('refuses drafts, rules that ask nothing, and bodies it does not know', async () => {
    const facet = await startSelecting(await FakeModel.start())
    await serve(facet, 'a', { type: 'tool', filter: 'true' })
    await facet.ok('POST', '/dynamic', { id: 'd', name: 'd', status: 'draft', rules: [llmRule()] })
    for (const [path, body, code] of [
      ['/dynamic/d/rejudge', {}, 'not_active'],
      ['/dynamic/a/rejudge', {}, 'invalid_request'],
      ['/dynamic/a/rejudge', { rule: 'x' }, 'invalid_request'],
      ['/dynamic/none/rejudge', {}, 'not_found'],
    ] as const) {
      expect((await facet.api('POST', path, body)).body.code).toBe(code)
    }
  })
})

describe('after a restart', () => {
  it('nothing is asked, and nothing has changed, even when the model is down', async () => {
    const fake = await FakeModel.start()
    const settings = { database: databaseFile() }
    const first = await withTools(fake, { settings })
    await serve(first, 'riskops', llmRule())
    await shown(first, 'riskops')
    await first.facet.close()
    fake.answer = down
    const second = await startSelecting(fake, { settings })
    expect(await shown(second, 'riskops')).toEqual(['invoice_list', 'stock_price'])
    const { rules } = await selection(second, 'riskops')
    expect(rules[0]!.entries).toHaveLength(3)
    expect(fake.sizes).toEqual([3])
  })

  it('what was spent today still counts', async () => {
    const fake = await FakeModel.start(({ rows }) => ({
      text: JSON.stringify({ picks: rows.map(({ i }) => ({ i, why: 'yes' })) }),
      usage: { input: 900, output: 90 },
    }))
    const settings = { database: databaseFile() }
    const model = { max_tokens_per_day: 1_000 }
    const first = await withTools(fake, { settings, model })
    await serve(first, 'riskops', llmRule())
    await shown(first, 'riskops')
    await first.facet.close()
    const second = await startSelecting(fake, { settings, model })
    await serve(second, 'other', llmRule({ llm_prompt: 'Select everything' }))
    const { status, body } = await second.api('GET', '/dynamic/other/tools')
    expect([status, body.code]).toEqual([503, 'selection_over_budget'])
    expect(fake.seen).toHaveLength(1)
  })
})

describe('metrics', () => {
  it('count requests, tokens and verdicts, and show the state of rules', async () => {
    const fake = await FakeModel.start()
    const facet = await withTools(fake)
    await serve(facet, 'riskops', llmRule())
    await shown(facet, 'riskops')
    const { text } = await facet.api('GET', '/metrics')
    for (const line of [
      'facet_llm_requests_total{provider="openai",outcome="ok"} 1',
      'facet_llm_tokens_total{provider="openai",direction="input"} 100',
      'facet_llm_cache_total{result="miss"} 3',
      'facet_selection_runs_total{outcome="ok"} 1',
      'facet_selection_rules{mode="llm",state="fresh"} 1',
      'facet_selection_unjudged_entries{server="riskops"} 0',
    ]) {
      expect(text).toContain(line)
    }
    expect(text).not.toContain(KEY)
  })
})

describe('a rule that names a model', () => {
  it('asks that one, by its id or its kind', async () => {
    const [first, second] = [await FakeModel.start(), await FakeModel.start()]
    const models = [
      profile(first, 'openai', { id: 'small' }),
      profile(second, 'local', { id: 'house' }),
    ]
    const facet = await startSelecting(first, { settings: { models } })
    await post(facet, 'stock_price')
    await serve(facet, 'a', llmRule({ llm_provider: 'house' }))
    await serve(facet, 'b', llmRule({ llm_provider: 'local' }))
    await serve(facet, 'c', llmRule({ llm_provider: 'anthropic' }))
    await shown(facet, 'a')
    await shown(facet, 'b')
    expect([first.sizes, second.sizes]).toEqual([[], [1]])
    const { body } = await facet.api('GET', '/dynamic/c/tools')
    expect(body.code).toBe('selector_not_configured')
    await until('the server is degraded', async () => {
      const { health } = await facet.ok<{ health: string }>('GET', '/dynamic/c')
      return health === 'degraded'
    })
  })

  it('cannot bring an address or a key of its own', async () => {
    const facet = await startSelecting(await FakeModel.start())
    for (const more of [{ api_key: 'x' }, { base_url: 'https://example.com' }]) {
      const body = { name: 'a', rules: [llmRule(more)] }
      expect((await facet.api('POST', '/dynamic', body)).status).toBe(400)
    }
  })
})
