import { parentPort } from 'node:worker_threads'
import { FtsIndex } from './fts-index.ts'
import type { Found, SearchRequest, SearchResponse } from './protocol.ts'
import { VectorIndex } from './vector-index.ts'

/** The thread that searches: a long question over 100,000 entries takes 100 ms. */

const port = parentPort!
const words = new FtsIndex()
const meaning = new VectorIndex()

function change(request: Exclude<SearchRequest, { method: 'find' }>): void {
  if (request.method === 'vectors') {
    for (const [i, row] of request.rows.entries()) meaning.put(row, request.vectors[i]!)
    return
  }
  const rows = request.method === 'put' ? request.rows.map(([row]) => row) : request.rows
  for (const row of rows) meaning.remove(row)
  if (request.method === 'put') words.put(request.rows)
  else words.remove(request.rows)
}

function find({ query, vectors }: Extract<SearchRequest, { method: 'find' }>): Found {
  return {
    words: words.find(query),
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
