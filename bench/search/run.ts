import { parseArgs } from 'node:util'
import { SearchEngine } from '../../src/selection/search/engine.ts'
import type { SearchDocument } from '../../src/selection/search/port.ts'

/** Times questions over catalogs of made-up tools: `node bench/search/run.ts [--sizes 10000,100000]`. */

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '10000,100000' } },
})

const VERBS = 'create list get update delete search send export import sync archive merge'.split(
  ' ',
)
const NOUNS =
  'issue invoice message file calendar customer payment branch ticket report user order stock forecast document contract server database pipeline alert'.split(
    ' ',
  )
const SYSTEMS =
  'github jira slack stripe drive outlook salesforce postgres grafana notion zoom shopify'.split(
    ' ',
  )
const FILLER =
  'the given with optional filter by date owner status and returns matching results in pages for a workspace'.split(
    ' ',
  )

function* documents(count: number): Generator<SearchDocument> {
  let seed = 42
  const pick = <T>(list: readonly T[]) => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
    return list[(seed >>> 8) % list.length]!
  }
  for (let i = 0; i < count; i++) {
    const [verb, noun, system] = [pick(VERBS), pick(NOUNS), pick(SYSTEMS)]
    const filler = Array.from({ length: 18 }, () => pick(FILLER)).join(' ')
    yield {
      id: `tool_${i}`,
      source: `${system}-${i % 200}`,
      name: `${system}_${verb}_${noun}_${i}`,
      title: '',
      description: `Can ${verb} a ${noun} in ${system}: ${filler} ${pick(NOUNS)}.`,
      arguments: [pick(NOUNS), 'limit', 'cursor'],
      tags: [system],
    }
  }
}

const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  short: ['send a message', 'create issue', 'stock forecast', 'slack channel', 'export invoice'],
  long: [
    'find all unpaid invoices of a customer in stripe and send them a message with the report attached',
    'look at the alerts of the database server in grafana and create a ticket in jira for each of them',
  ],
}

const ROUNDS = 20

for (const size of values.sizes.split(',').map(Number)) {
  const engine = new SearchEngine()
  const started = performance.now()
  engine.upsert(documents(size))
  await engine.search('warm up', { limit: 10 })
  console.log(`${size} entries: ready after ${Math.round(performance.now() - started)} ms`)
  const some = new Set(Array.from({ length: size / 100 }, (_, i) => `tool_${i * 100}`))
  for (const [kind, questions] of Object.entries(QUESTIONS)) {
    for (const [scope, among] of [
      ['all', undefined],
      ['1 %', some],
    ] as const) {
      const times: number[] = []
      for (let i = 0; i < ROUNDS * questions.length; i++) {
        const begin = performance.now()
        await engine.search(questions[i % questions.length]!, {
          limit: 10,
          ...(among && { among }),
        })
        times.push(performance.now() - begin)
      }
      times.sort((a, b) => a - b)
      const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(1)
      console.log(`  ${kind}, ${scope} in scope: median ${at(0.5)} ms, 95 % ${at(0.95)} ms`)
    }
  }
  await engine.close()
}
