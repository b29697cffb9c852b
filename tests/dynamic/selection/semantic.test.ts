import { describe, expect, it } from 'vitest'
import { embedding, FakeModel } from '../../selection/support/fake-model.ts'
import { startFacet, type TestFacet } from '../../support/facet.ts'
import { until } from '../../support/wait.ts'
import { databaseFile, post, serve, shown } from './support.ts'

const MESSAGES = { type: 'tool', mode: 'semantic', query: 'send a message', k: 2 }

async function mailTools(facet: TestFacet): Promise<void> {
  await post(facet, 'send_mail', { description: 'Send a message by mail' })
  await post(facet, 'post_message', { description: 'Send a message to a channel' })
  await post(facet, 'list_invoices', { description: 'List invoices of a customer' })
}

describe('a rule of mode semantic', () => {
  it('takes the k entries nearest to its query, without any model', async () => {
    const facet = await startFacet()
    await mailTools(facet)
    await serve(facet, 's', MESSAGES)
    expect(await shown(facet, 's')).toEqual(['post_message', 'send_mail'])
    const { rules } = await facet.ok<{ rules: object[] }>('GET', '/dynamic/s/selection')
    expect(rules).toMatchObject([
      {
        mode: 'semantic',
        state: 'fresh',
        entries: [
          { name: 'list_invoices', matched: false, by: 'rank' },
          { name: 'post_message', matched: true, rank: expect.any(Number) },
          { name: 'send_mail', matched: true, rank: expect.any(Number) },
        ],
      },
    ])
  })

  it('follows the catalog: a better entry takes the place of another', async () => {
    const facet = await startFacet()
    await mailTools(facet)
    await serve(facet, 's', { ...MESSAGES, k: 1, query: 'invoices' })
    expect(await shown(facet, 's')).toEqual(['list_invoices'])
    await post(facet, 'invoices', { description: 'invoices' })
    await until('the new one is ranked', async () => (await shown(facet, 's'))[0] === 'invoices')
  })

  it('ranks what its filter lets through only', async () => {
    const facet = await startFacet()
    await mailTools(facet)
    await serve(facet, 's', { ...MESSAGES, filter: "name == 'post_message'" })
    expect(await shown(facet, 's')).toEqual(['post_message'])
  })

  it('is previewed, ranked, at once', async () => {
    const facet = await startFacet()
    await mailTools(facet)
    const preview = await facet.ok('POST', '/dynamic/preview', [{ ...MESSAGES, k: undefined }])
    expect(preview).toMatchObject({
      rules: [{ matched: 2, selection: { candidates: 3, unjudged: 0, asked: false } }],
    })
  })

  it('has k of 20 by default, and fields of its own', async () => {
    const { ok, api } = await startFacet()
    const rule = { type: 'tool', mode: 'semantic', query: 'mail' }
    const made = await ok('POST', '/dynamic', { id: 'a', name: 'a', rules: [rule] })
    expect(made).toMatchObject({ health: 'ok', rules: [{ ...rule, k: 20 }] })
    for (const [wrong, path] of [
      [{ type: 'tool', mode: 'semantic' }, 'rules[0].query'],
      [{ ...rule, k: 0 }, 'rules[0].k'],
      [{ ...rule, llm_prompt: 'x' }, 'rules[0].llm_prompt'],
      [{ type: 'tool', filter: 'true', query: 'mail' }, 'rules[0].query'],
    ] as const) {
      const { status, body } = await api('POST', '/dynamic', { name: 'b', rules: [wrong] })
      expect([status, body.errors[0].path]).toEqual([400, path])
    }
  })
})

describe('with a model for embeddings', () => {
  const TOPICS = [/mail|message|letter/gi, /invoice|customer/gi]

  it('finds by meaning, and embeds a text once, restarts included', async () => {
    const fake = await FakeModel.start(embedding(TOPICS))
    const settings = {
      database: databaseFile(),
      embeddings: { base_url: fake.baseUrl('embeddings'), model: 'vectors' },
    }
    const first = await startFacet({ settings })
    await mailTools(first)
    await serve(first, 's', { ...MESSAGES, query: 'write a letter' })
    expect(await shown(first, 's')).toEqual(['post_message', 'send_mail'])
    const asked = fake.seen.flatMap(({ body }) => body.input as string[])
    expect(asked).toHaveLength(4)
    await first.facet.close()
    const second = await startFacet({ settings })
    expect(await shown(second, 's')).toEqual(['post_message', 'send_mail'])
    expect(fake.seen.flatMap(({ body }) => body.input)).toHaveLength(4)
  })
})
