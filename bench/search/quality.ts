import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Score, scoreRanked } from '../../src/selection/evaluation/score.ts'
import { SearchEngine } from '../../src/selection/search/engine.ts'

/** Scores search on labelled data: `npm run eval:search [-- --data <directory>] [--misses]`. */

const { values } = parseArgs({
  options: { data: { type: 'string' }, misses: { type: 'boolean', default: false } },
})

const data = values.data ?? join(import.meta.dirname, '../../../shared/data/retrieval')

interface Tool {
  readonly id: string
  readonly server: string
  readonly name: string
  readonly description?: string
  readonly inputSchema?: { properties?: object }
}

function load<T>(file: string): T {
  return JSON.parse(readFileSync(join(data, file), 'utf8')) as T
}

async function score(
  tools: readonly Tool[],
  labelled: readonly { query: string; relevant: readonly string[] }[],
): Promise<Score> {
  const engine = new SearchEngine()
  engine.upsert(
    tools.map(({ id, server, name, description = '', inputSchema }) => ({
      id,
      source: server,
      name,
      title: '',
      description,
      arguments: Object.keys(inputSchema?.properties ?? {}),
      tags: [],
    })),
  )
  const byId = new Map(tools.map((tool) => [tool.id, tool]))
  const answers: Tool[][] = []
  for (const { query } of labelled) {
    const hits = await engine.search(query, { limit: 10 })
    answers.push(hits.map(({ id }) => byId.get(id)!))
  }
  await engine.close()
  return scoreRanked(labelled, answers)
}

function report(name: string, { queries, recall, ndcg10, misses }: Score): void {
  const shown = [1, 5, 10].map((k) => `R@${k} ${recall[k as 1 | 5 | 10].toFixed(3)}`)
  console.log(`${name}: ${queries} questions, ${shown.join(', ')}, nDCG@10 ${ndcg10.toFixed(3)}`)
  if (!values.misses) return
  for (const { query, missing, got } of misses) {
    console.log(`  ${query.slice(0, 80)}: no ${missing.join(', ')}; first are ${got.join(', ')}`)
  }
}

if (existsSync(data)) {
  const steps = load<{ query: string; tool: string }[]>('livemcp_steps.json')
  const labelled = steps.map(({ query, tool }) => ({ query, relevant: [tool] }))
  report('LiveMCP steps', await score(load('livemcp_tools.json'), labelled))
  report('MetaTool', await score(load('metatool_tools.json'), load('metatool_queries.json')))
} else {
  console.error(`There is no labelled data at ${data}; name a directory with --data.`)
  process.exitCode = 1
}
