import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeStreams, openStreams, type Stream } from './open-streams.ts'
import { META, PROTOCOL, post, type Running, Services } from './services.ts'

const LISTENERS = 1_000
const ROUNDS = 20
const COLLECT = ['--expose-gc', '--import', join(import.meta.dirname, 'collect.ts')]

const LIST = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/list',
  params: { _meta: META },
})
const LIST_HEADERS = { 'mcp-protocol-version': PROTOCOL, 'mcp-method': 'tools/list' }

/** What a change costs at 1,000 open streams, and what an idle stream costs beside a bare one. */
export async function compareStreams(count: number, nodeOptions: readonly string[]): Promise<void> {
  const services = new Services()
  try {
    const facet = await services.facet([...COLLECT, ...nodeOptions])
    const floor = await services.start('stream-floor.ts', '', [], COLLECT)
    await changes(facet)
    await memory(facet, floor, count)
  } finally {
    await services.stop()
  }
}

async function changes(facet: Running): Promise<void> {
  const handler = { type: 'http', method: 'GET', url: 'https://api.example.com/' }
  const inputSchema = { type: 'object' }
  const add = (name: string) =>
    post(`${facet.url}/tools`, JSON.stringify({ name, inputSchema, handler }))
  for (let i = 0; i < 100; i++) await add(`tool_${i}`)
  const { id } = JSON.parse((await add('changing')).text)
  const rules = [{ type: 'tool', filter: "'bench' in tags" }]
  await post(`${facet.url}/dynamic`, JSON.stringify({ id: 's', name: 'S', rules }))
  const endpoint = `${facet.url}/dynamic/s/mcp`
  const streams = await openStreams(endpoint, LISTENERS)
  const times: number[] = []
  let stale = 0
  for (let round = 0; round < ROUNDS; round++) {
    const tags = round % 2 === 0 ? ['bench'] : []
    const start = performance.now()
    const heard = Promise.all(streams.map((stream) => nextEvent(stream, start)))
    await patch(`${facet.url}/tools/${id}`, { tags })
    const { text } = await post(endpoint, LIST, LIST_HEADERS)
    if (JSON.parse(text).result.tools.length !== tags.length) stale++
    times.push(...(await heard))
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => times[Math.floor(times.length * part)]!.toFixed(0)
  console.log(`\nA changed tag, ${LISTENERS} open streams, ${ROUNDS} changes`)
  console.log(`  next list without the change: ${stale} of ${ROUNDS}`)
  console.log(`  list_changed after the request was sent, ms: p50 ${at(0.5)}, p95 ${at(0.95)}`)
  await closeStreams(streams)
}

function nextEvent(stream: Stream, start: number): Promise<number> {
  return new Promise((resolve) => {
    stream.heard = (text) => {
      if (text.includes('notifications/tools/list_changed')) resolve(performance.now() - start)
    }
  })
}

async function patch(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' }
  const response = await fetch(url, { method: 'PATCH', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
}

async function memory(facet: Running, floor: Running, count: number): Promise<void> {
  console.log(`\nMemory of an idle stream, ${count} open at a time, after collecting garbage`)
  const bare = await perStream(floor.url, floor.pid, count)
  console.log(`  bare node:http  ${(bare / 1024).toFixed(1)} KiB`)
  const ours = await perStream(`${facet.url}/dynamic/s/mcp`, facet.pid, count)
  console.log(
    `  Facet           ${(ours / 1024).toFixed(1)} KiB, ${(ours / bare).toFixed(2)} x bare`,
  )
}

/** Resident memory a stream adds, in bytes, in a process that has had streams before. */
async function perStream(url: string, pid: number, count: number): Promise<number> {
  await closeStreams(await openStreams(url, Math.min(count, 500)))
  const before = await resident(pid)
  const streams = await openStreams(url, count)
  const after = await resident(pid)
  await closeStreams(streams)
  return (after - before) / count
}

async function resident(pid: number): Promise<number> {
  for (let i = 0; i < 3; i++) {
    process.kill(pid, 'SIGUSR2')
    await sleep(700)
  }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) * 1024
}
