import { parentPort } from 'node:worker_threads'
import { FtsIndex, type FtsQuery, type Ranked } from './fts-index.ts'
import type { Found, SearchRequest, SearchResponse } from './protocol.ts'
import { compareTied, firstOf, type TieBreaker } from './ties.ts'
import { VectorIndex } from './vector-index.ts'

/** The thread that searches: a long question over 100,000 entries takes 100 ms. */

const port = parentPort!
const words = new FtsIndex()
const meaning = new VectorIndex()
const breakers = new Map<number, TieBreaker>()

function change(request: Exclude<SearchRequest, { method: 'find' }>): void {
  if (request.method === 'vectors') {
    for (const [i, row] of request.rows.entries()) meaning.put(row, request.vectors[i]!)
    return
  }
  const rows = request.method === 'put' ? request.rows.map(([row]) => row) : request.rows
  for (const row of rows) meaning.remove(row)
  for (const row of rows) breakers.delete(row)
  if (request.method === 'remove') words.remove(request.rows)
  else put(request.rows)
}

function put(rows: Extract<SearchRequest, { method: 'put' }>['rows']): void {
  words.put(rows)
  for (const [row, { name, id }] of rows) breakers.set(row, { name, id })
}

/** The best by words; ties are broken here, so that not thousands of them are handed over. */
function firstByWords(query: FtsQuery): readonly Ranked[] {
  const found = words.find(query)
  const last = found.at(-1)?.[1]
  const better = found.filter(([, rank]) => rank !== last)
  const tied = found.slice(better.length)
  const compare = ([a]: Ranked, [b]: Ranked) => compareTied(breakers.get(a)!, breakers.get(b)!)
  return [...better, ...firstOf(tied, query.limit - better.length, compare)]
}

function find({ query, vectors }: Extract<SearchRequest, { method: 'find' }>): Found {
  return {
    // Places in two rankings are shared by all ties.
    words: vectors ? words.find(query) : firstByWords(query),
    meaning: vectors ? meaning.find(vectors, query.among) : [],
  }
}

port.on('message', (request: SearchRequest) => {
  if (request.method !== 'find') return change(request)
  const { id } = request
  let response: SearchResponse
  try {
    response = { id, found: find(request) }
  } catch (error) {
    response = { id, error: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(response)
})
