import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { searchDocument } from '../../src/selection/search/document.ts'
import { SearchEngine } from '../../src/selection/search/engine.ts'
import type { SearchDocument } from '../../src/selection/search/port.ts'
import { entry } from './support/selection.ts'

function searching(documents: readonly SearchDocument[]): SearchEngine {
  const engine = new SearchEngine()
  onTestFinished(() => engine.close())
  engine.upsert(documents)
  return engine
}

function doc(name: string, more: Partial<SearchDocument> = {}): SearchDocument {
  const base = { id: name, source: 's', name, title: '', description: '', arguments: [], tags: [] }
  return { ...base, ...more }
}

const ids = (hits: readonly { id: string }[]) => hits.map(({ id }) => id)

describe('search', () => {
  it('finds words in names, titles, descriptions, argument names and tags, names first', async () => {
    const engine = searching([
      doc('a', { tags: ['weather'] }),
      doc('b', { arguments: ['weatherStation'] }),
      doc('c', { description: 'Tells the weather.' }),
      doc('d', { title: 'Weather' }),
      doc('getWeatherForecast', {}),
      doc('unrelated', { description: 'Sends mail.' }),
    ])
    const hits = ids(await engine.search('weather', { limit: 10 }))
    expect(hits.toSorted()).toEqual(['a', 'b', 'c', 'd', 'getWeatherForecast'])
    expect(hits.slice(0, 2).toSorted()).toEqual(['d', 'getWeatherForecast'])
  })

  it('reads camelCase, snake_case, word endings, accents and unspaced scripts', async () => {
    const engine = searching([
      doc('listOpenIssues'),
      doc('create_pull_request'),
      doc('café_finder'),
      doc('bing', { description: '使用必应搜索指定的关键词' }),
    ])
    for (const [question, id] of [
      ['issue', 'listOpenIssues'],
      ['creating requests', 'create_pull_request'],
      ['cafe', 'café_finder'],
      ['搜索', 'bing'],
    ] as const) {
      expect(ids(await engine.search(question, { limit: 1 }))).toEqual([id])
    }
  })

  it('is brought up to date by every change made before the question', async () => {
    const engine = searching([doc('mail'), doc('post', { description: 'mail' })])
    expect(ids(await engine.search('mail', { limit: 5 }))).toEqual(['mail', 'post'])
    engine.upsert([doc('post', { description: 'letters' }), doc('new', { title: 'mail' })])
    engine.remove(['mail'])
    expect(ids(await engine.search('mail', { limit: 5 }))).toEqual(['new'])
    expect(ids(await engine.search('letters', { limit: 5 }))).toEqual(['post'])
  })

  it('finds only what is in scope, also when that is far down', async () => {
    const many = Array.from({ length: 500 }, (_, i) => doc(`mail_${i}`))
    const engine = searching([...many, doc('other', { description: 'long text about mail' })])
    const among = new Set(['other', 'mail_7', 'not there'])
    expect(ids(await engine.search('mail', { limit: 5, among }))).toEqual(['mail_7', 'other'])
    const byTest = await engine.search('mail', { limit: 5, among: (id) => id === 'other' })
    expect(ids(byTest)).toEqual(['other'])
    expect(await engine.search('mail', { limit: 5, among: new Set() })).toEqual([])
  })

  it('breaks ties by name and id, whatever order documents came in', async () => {
    const many = Array.from({ length: 60 }, (_, i) =>
      doc(`id_${String(i).padStart(2, '0')}`, { name: 'same', description: 'same' }),
    )
    const shuffled = many.toSorted((a, b) => (hash(a.id) < hash(b.id) ? -1 : 1))
    const wanted = many.slice(0, 7).map(({ id }) => id)
    for (const documents of [many, many.toReversed(), shuffled]) {
      const engine = searching(documents)
      expect(ids(await engine.search('same', { limit: 7 }))).toEqual(wanted)
    }
    const updated = searching(many)
    updated.remove(['id_03'])
    await updated.search('same', { limit: 1 })
    updated.upsert([many[3]!])
    expect(ids(await updated.search('same', { limit: 7 }))).toEqual(wanted)
  })

  it('prefers what is best by one word to what has all of them somewhere', async () => {
    const filler = 'a long text about this and other things that goes on and on '.repeat(3)
    const deep = Array.from({ length: 40 }, (_, i) =>
      doc(`deep_${i}`, { description: `${filler} parcel ${filler} letter` }),
    )
    const others = Array.from({ length: 200 }, (_, i) => doc(`other_${i}`))
    const engine = searching([...deep, ...others, doc('parcel', { title: 'Parcel' })])
    const hits = ids(await engine.search('parcel letter', { limit: 5 }))
    expect(hits[0]).toBe('parcel')
    expect(hits[1]).toBe('deep_0')
  })

  it('has the same first hits, however many are asked for', async () => {
    const words = 'mail parcel letter stamp box post card paper pen ink'.split(' ')
    const pick = (i: number, step: number) => words[(i * step + (i >> 3)) % words.length]!
    const many = Array.from({ length: 400 }, (_, i) =>
      doc(`${pick(i, 3)}_${i}`, { description: `${pick(i, 7)} ${pick(i, 11)} ${pick(i, 13)}` }),
    )
    const engine = searching(many)
    const among = new Set(many.filter((_, i) => i % 3 === 0).map(({ id }) => id))
    for (const question of [
      'mail',
      'mail parcel',
      'letter stamp box',
      'mail nothing',
      'pens ink mailing',
    ]) {
      for (const scope of [{}, { among }]) {
        const all = ids(await engine.search(question, { limit: 400, ...scope }))
        for (const limit of [1, 3, 10]) {
          expect(ids(await engine.search(question, { limit, ...scope }))).toEqual(
            all.slice(0, limit),
          )
        }
      }
    }
  })

  it('passes over further hits of a source when told to', async () => {
    const loud = Array.from({ length: 20 }, (_, i) => doc(`mail_${i}`, { source: 'loud' }))
    const quiet = doc('quiet', {
      source: 'quiet',
      description: 'a longer text that has mail in it',
    })
    const engine = searching([...loud, quiet])
    const hits = ids(await engine.search('mail', { limit: 8, perSource: 3 }))
    expect(hits).toHaveLength(4)
    expect(hits).toContain('quiet')
  })

  it.each([
    '',
    '   ',
    '"',
    '""" OR "',
    'mail"',
    'name:mail',
    'mail*',
    '^mail',
    'mail NEAR/2 post',
    'mail AND NOT post',
    '(mail',
    'mail) UNION SELECT * FROM sqlite_master --',
    "'; DROP TABLE entries; --",
    '{name title}: mail',
    '- + ~ < > @',
    '\u0000mail\u0000',
    '\ud800mail',
    'the of and',
    'x'.repeat(100_000),
    'mail '.repeat(20_000),
    '🦊🦊 mail',
  ])('takes no question as syntax: %j', async (question) => {
    const engine = searching([doc('mail'), doc('post')])
    const hits = ids(await engine.search(question, { limit: 5 }))
    const named: readonly string[] = question.match(/[a-z]+/g) ?? []
    expect(hits.includes('mail')).toBe(named.includes('mail'))
    expect(ids(await engine.search('mail', { limit: 5 }))).toEqual(['mail'])
  })

  it('indexes the arguments of tools and of prompts', () => {
    const inputSchema = { type: 'object', properties: { city: {}, country: {} } }
    expect(searchDocument(entry('a', { inputSchema })).arguments).toEqual(['city', 'country'])
    const prompt = entry('b', { type: 'prompt', arguments: [{ name: 'topic' }] })
    expect(searchDocument(prompt).arguments).toEqual(['topic'])
    expect(searchDocument(entry('c', { inputSchema: { properties: 7 } })).arguments).toEqual([])
  })
})

function hash(text: string): number {
  return [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0) * 7_919) % 1_009, 7)
}

const DATA = join(import.meta.dirname, '../../../shared/data/retrieval')
const hasData = existsSync(DATA)
if (!hasData) console.warn(`SKIPPED: search quality is not measured, ${DATA} is not there`)

interface Tool {
  readonly id: string
  readonly server: string
  readonly name: string
  readonly description?: string
  readonly inputSchema?: { properties?: object }
}

function load<T>(file: string): T {
  return JSON.parse(readFileSync(join(DATA, file), 'utf8')) as T
}

function toDocument({ id, server, name, description = '', inputSchema }: Tool): SearchDocument {
  const names = Object.keys(inputSchema?.properties ?? {})
  return { id, source: server, name, title: '', description, arguments: names, tags: [] }
}

interface Labelled {
  readonly question: string
  readonly isRight: (tool: Tool) => boolean
}

/** Share of questions with a right tool among the first k, for each k. */
async function recall(tools: readonly Tool[], questions: readonly Labelled[], ks: number[]) {
  const engine = searching(tools.map(toDocument))
  const byId = new Map(tools.map((tool) => [tool.id, tool]))
  const found = ks.map(() => 0)
  for (const { question, isRight } of questions) {
    const hits = await engine.search(question, { limit: Math.max(...ks) })
    const at = hits.findIndex(({ id }) => isRight(byId.get(id)!))
    ks.forEach((k, i) => {
      if (at >= 0 && at < k) found[i]!++
    })
  }
  return found.map((count) => count / questions.length)
}

describe.skipIf(!hasData)('search quality', () => {
  it('holds on short steps over real MCP tools', async () => {
    const steps = load<{ query: string; tool: string }[]>('livemcp_steps.json')
    const questions = steps.map(({ query, tool }) => ({
      question: query,
      isRight: ({ name }: Tool) => name === tool,
    }))
    const [at1, at5, at10] = await recall(load<Tool[]>('livemcp_tools.json'), questions, [1, 5, 10])
    console.info(
      `LiveMCP steps: R@1 ${at1!.toFixed(3)}, R@5 ${at5!.toFixed(3)}, R@10 ${at10!.toFixed(3)}`,
    )
    expect(at5).toBeGreaterThanOrEqual(0.68)
    expect(at10).toBeGreaterThanOrEqual(0.74)
  })

  it('holds on questions of people over plugins', async () => {
    const labelled = load<{ query: string; relevant: string[] }[]>('metatool_queries.json')
    const questions = labelled.map(({ query, relevant }) => ({
      question: query,
      isRight: ({ id }: Tool) => relevant.includes(id),
    }))
    const [at1, at5, at10] = await recall(
      load<Tool[]>('metatool_tools.json'),
      questions,
      [1, 5, 10],
    )
    console.info(
      `MetaTool: R@1 ${at1!.toFixed(3)}, R@5 ${at5!.toFixed(3)}, R@10 ${at10!.toFixed(3)}`,
    )
    expect(at5).toBeGreaterThanOrEqual(0.7)
  })

  it.each([
    ['its name with 30 popular words', 30, 'name', 0.2],
    ['its description with 40 popular words', 40, 'description', 0.2],
    ['its description with 200 popular words', 200, 'description', 0.22],
    ['its tags with 200 popular words', 200, 'tags', 0.1],
    ['its arguments with 200 popular words', 200, 'arguments', 0.1],
  ] as const)('is not taken over by a tool that stuffs %s', async (_, count, field, limit) => {
    const tools = load<Tool[]>('livemcp_tools.json').concat(load<Tool[]>('metatool_tools.json'))
    const questions = load<{ query: string }[]>('metatool_queries.json').map(({ query }) => query)
    // The words come from one half of the questions, the other half is asked.
    const words = popular(
      questions.filter((_, i) => i % 2 === 0),
      count,
    )
    const list = field === 'tags' || field === 'arguments'
    const stuffed = doc('evil', { [field]: list ? words : words.join(' ') })
    const engine = searching([...tools.map(toDocument), stuffed])
    const asked = questions.filter((_, i) => i % 2 === 1)
    let shown = 0
    for (const question of asked) {
      if (ids(await engine.search(question, { limit: 10 })).includes('evil')) shown++
    }
    console.info(
      `stuffed ${field}, ${count} words: top 10 of ${((100 * shown) / asked.length).toFixed(1)} %`,
    )
    expect(shown / asked.length).toBeLessThan(limit)
  })
})

function popular(questions: readonly string[], count: number): string[] {
  const counts = new Map<string, number>()
  for (const question of questions) {
    for (const word of new Set(question.toLowerCase().match(/[a-z]{4,}/g))) {
      counts.set(word, (counts.get(word) ?? 0) + 1)
    }
  }
  const common =
    /^(?:what|that|this|with|have|your|from|some|want|need|find|help|please|could|give|know|there|about|more|would|like|which|does|tell|them|when|where|looking|provide)$/
  return [...counts]
    .filter(([word]) => !common.test(word))
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([word]) => word)
}
