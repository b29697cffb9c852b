import type { EntryRecord, ServerRecord } from '../../src/store/ports.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'

const AT = '2026-01-02T03:04:05.000Z'
const BATCH = 5_000
const VERBS = 'create list get update delete search send export import sync'.split(' ')
const NOUNS = 'issue invoice message file customer payment branch report order contract'.split(' ')
const TEAMS = 'finance legal sales support ops risk data hr'.split(' ')

const at = <T>(list: readonly T[], i: number) => list[i % list.length]!

function tool(i: number): EntryRecord {
  const [verb, noun, team] = [at(VERBS, i), at(NOUNS, i >> 3), at(TEAMS, i >> 5)]
  const name = `${team}_${verb}_${noun}_${i}`
  const description = `Can ${verb} a ${noun} of the ${team} team, by its id or by a filter.`
  const properties = { id: { type: 'string' }, limit: { type: 'integer' } }
  return {
    id: `tool_${i.toString(36).padStart(8, '0')}`,
    type: 'tool',
    source: 'manual',
    key: name,
    definition: {
      name,
      description,
      inputSchema: { type: 'object', properties },
      annotations: { readOnlyHint: verb === 'list' || verb === 'get' },
    },
    upstreamTags: [],
    addedTags: [team, verb],
    removedTags: [],
    enabled: true,
    deprecated: i % 50 === 0,
    owner: null,
    roles: [],
    meta: null,
    handler: { type: 'http', method: 'GET', url: 'https://api.example.com/' },
    content: null,
    present: true,
    version: 1,
    createdAt: AT,
    updatedAt: AT,
  }
}

function server(i: number): ServerRecord {
  const [team, verb] = [at(TEAMS, i), at(VERBS, i >> 3)]
  const filter = `'${team}' in tags && '${verb}' in tags && '_${i % 97}' in name`
  return {
    id: `server-${i}`,
    sequence: i + 1,
    origin: 'rest',
    definition: {
      name: `Server ${i}`,
      rules: [{ type: 'tool', mode: 'rule', effect: 'include', filter, include_federated: true }],
    },
    version: 1,
    createdAt: AT,
    updatedAt: AT,
  }
}

/** Fills a new database with so many tools and servers, made up but always the same. */
export async function seed(file: string, tools: number, servers: number): Promise<void> {
  const store = await openSqliteStore(file)
  for (let start = 0; start < tools; start += BATCH) {
    const length = Math.min(BATCH, tools - start)
    const put = Array.from({ length }, (_, i) => tool(start + i))
    await store.entries.write({ put, remove: [] })
  }
  for (let i = 0; i < servers; i++) {
    const author = { kind: 'local', id: 'bench' }
    await store.servers.put({ record: server(i), author, approvals: { forget: false, put: [] } })
  }
  await store.close()
}
