import { describe, expect, it } from 'vitest'
import type { EntryDocument } from '../../src/catalog/entry.ts'
import { memoryStores } from '../../src/selection/memory-stores.ts'
import type { SemanticRule } from '../../src/selection/selector.ts'
import { until } from '../support/wait.ts'
import { embedding, FakeModel } from './support/fake-model.ts'
import { candidates, entry, index, names, reported, selections } from './support/selection.ts'

function nearest(query: string, k: number, more: Partial<SemanticRule> = {}): SemanticRule {
  return { mode: 'semantic', type: 'tool', effect: 'include', query, k, ...more }
}

const mail = [
  entry('send_message', { description: 'Sends a message to a person' }),
  entry('post_message', { description: 'Posts a message in a channel' }),
  entry('list_files', { description: 'Lists files' }),
  entry('archive', { description: 'Archives a message' }),
]

describe('a rule of mode semantic', () => {
  it('takes the k best of its candidates, whatever else the catalog has', async () => {
    const made = selections({ profiles: [] })
    index(made, [...mail, entry('message_message', { source: 'elsewhere' })])
    const live = made.open('a#1', nearest('send a message', 2))
    candidates(live, mail)
    await live.ready()
    expect(names(live, mail)).toEqual(['send_message', 'post_message'])
    expect(live.report()).toMatchObject({
      mode: 'semantic',
      state: 'fresh',
      coverage: { judged: 4, of: 4 },
    })
    const ranks = reported(live).map(({ rank }) => rank)
    expect(ranks).toEqual([1, 2, undefined, undefined])
    expect((await made.ask(nearest('send a message', 2), mail)).chosen).toEqual(live.matched())
  })

  it('follows the catalog: the next best takes the place of one that leaves', async () => {
    const made = selections({ profiles: [] })
    index(made, mail)
    const live = made.open('a#1', nearest('send a message', 2))
    candidates(live, mail)
    await live.ready()
    const changes: string[][] = []
    live.subscribe((ids) => changes.push([...ids]))
    made.search.remove([mail[0]!.id])
    live.change({ put: [], remove: [mail[0]!.id] })
    expect(names(live, mail)).toEqual(['post_message'])
    await until('the next one takes its place', () => live.matches(mail[3]!.id))
    expect(changes).toEqual([[mail[3]!.id]])
  })

  it('with nothing in common has no matches, and that is an answer', async () => {
    const made = selections({ profiles: [] })
    index(made, mail)
    const live = made.open('a#1', nearest('zebra', 2))
    candidates(live, mail)
    await live.ready()
    expect(live.matched().size).toBe(0)
    expect(live.state).toBe('fresh')
  })

  it('of effect exclude keeps out what is not ranked yet', async () => {
    const made = selections({ profiles: [] })
    index(made, mail)
    const live = made.open('a#1', nearest('message', 1, { effect: 'exclude' }))
    candidates(live, mail)
    expect(live.matched().size).toBe(4)
    await live.ready()
    expect(live.matched().size).toBe(1)
  })
})

describe('with a model for embeddings', () => {
  const topics = [/message|mail|note|tell/gi, /file|folder|document/gi]
  const catalog = [...mail, entry('notify', { description: 'Tells somebody, with a note by mail' })]

  async function setup(stores = memoryStores(), documents: readonly EntryDocument[] = catalog) {
    const fake = await FakeModel.start(embedding(topics))
    const made = selections({
      profiles: [],
      embeddings: { base_url: fake.baseUrl('embeddings'), model: 'm', api_key: '${MODEL_KEY}' },
      stores,
    })
    index(made, documents)
    const live = made.open('a#1', nearest('message', 4))
    candidates(live, documents)
    const texts = () => fake.seen.flatMap(({ body }) => body.input as string[])
    return { fake, made, live, stores, texts }
  }

  it('finds what shares no word, behind what does', async () => {
    const { live, fake } = await setup()
    await live.ready()
    expect(names(live, catalog)).toEqual(['send_message', 'post_message', 'archive', 'notify'])
    expect(fake.seen[0]).toMatchObject({
      path: '/v1/embeddings',
      body: { model: 'm', encoding_format: 'float' },
      headers: { authorization: 'Bearer key-of-the-profile' },
    })
  })

  it('embeds each text once, and after a change only what changed', async () => {
    const { live, made, texts, stores } = await setup()
    await live.ready()
    expect(texts()).toHaveLength(catalog.length + 1)
    const [first, ...rest] = catalog
    index(made, [{ ...first!, description: 'Sends a note' }, ...rest])
    await live.rejudge()
    expect(texts()).toHaveLength(catalog.length + 2)
    await made.close()
    const again = await setup(stores, [{ ...first!, description: 'Sends a note' }, ...rest])
    await again.live.ready()
    expect(again.texts()).toEqual([])
  })

  it('that is down changes nothing that is published; words still find something', async () => {
    const { live, made, fake } = await setup()
    await live.ready()
    const before = live.matched()
    fake.answer = () => ({ status: 503 })
    const fresh = entry('message_of_the_day')
    index(made, [fresh])
    candidates(live, [fresh])
    await until('it was tried', () => live.state === 'stale')
    expect(live.matched()).toEqual(before)
    const hits = await made.search.search('message of the day', { limit: 1 })
    expect(hits.map(({ id }) => id)).toEqual([fresh.id])
    fake.answer = embedding(topics)
  })

  it('that is down from the start leaves words to choose', async () => {
    const { live, fake } = await setup()
    fake.answer = () => ({ status: 503 })
    await live.ready()
    expect(names(live, catalog)).toEqual(['send_message', 'post_message', 'archive'])
    expect(live.state).toBe('stale')
  })

  it('that answers with too few vectors is not believed', async () => {
    const { live, fake } = await setup()
    fake.answer = () => ({ object: 'list', data: [], usage: { total_tokens: 1 } })
    await live.ready()
    expect(live.report()).toMatchObject({ state: 'stale', error: { kind: 'connection' } })
  })
})
