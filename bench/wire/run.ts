import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Measured, measure } from './load.ts'

/**
 * Times warm lists against two others in the same minutes: a bare HTTP server that writes the same
 * bytes (the floor), and the SDK's handler over the same tools.
 *
 *   node bench/wire/run.ts [--tools 100,1000] [--seconds 4] [--rounds 3]
 */
const { values } = parseArgs({
  options: {
    tools: { type: 'string', default: '100,1000' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
  },
})
const seconds = Number(values.seconds)
const children: ChildProcess[] = []

const MODERN = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/list',
}
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const LIST = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/list',
  params: { _meta: META },
})
const OLD_LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })

interface Running {
  readonly url: string
  readonly pid: number
}

/** Starts a script that takes its input at once and says its port. */
async function start(script: string, input: Buffer | string): Promise<Running> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  child.stdin!.end(input)
  const [port] = await once(child.stdout!, 'data')
  return { url: `http://127.0.0.1:${Number(String(port))}/`, pid: child.pid! }
}

async function startFacet(folder: string): Promise<Running> {
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const args = [main, 'serve', '--port', '0', '--log-format', 'json']
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  children.push(child)
  const url = await new Promise<string>((resolve) => {
    child.stderr!.on('data', (chunk) => {
      const found = /"url":"([^"]+)"/.exec(String(chunk))?.[1]
      if (found) resolve(found)
    })
  })
  return { url, pid: child.pid! }
}

async function post(url: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body,
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`)
  return { text, headers: response.headers }
}

async function fill(facet: Running, count: number): Promise<void> {
  const inputSchema = {
    type: 'object',
    properties: { id: { type: 'string', description: 'Which one' } },
    required: ['id'],
  }
  for (let i = 0; i < count; i++) {
    const name = `get_record_${String(i).padStart(4, '0')}`
    const description = `Reads one record of the collection number ${i}, with everything in it.`
    const handler = { type: 'http', method: 'GET', url: 'https://api.example.com/{id}' }
    await post(`${facet.url}/tools`, JSON.stringify({ name, description, inputSchema, handler }))
  }
}

async function session(url: string): Promise<Record<string, string>> {
  const clientInfo = { name: 'bench', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params })
  const { headers } = await post(url, body)
  return { 'mcp-session-id': headers.get('mcp-session-id')! }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!

function row(name: string, runs: Measured[], floors: Measured[]): void {
  const of = (pick: (m: Measured) => number, list: Measured[]) => median(list.map(pick))
  const rate = median(runs.map((run, i) => run.perSecond / floors[i]!.perSecond))
  const cpu = median(runs.map((run, i) => run.cpu / floors[i]!.cpu))
  const cells = [
    name.padEnd(26),
    of((m) => m.perSecond, runs)
      .toFixed(0)
      .padStart(8),
    rate.toFixed(2).padStart(8),
    of((m) => m.cpu, runs)
      .toFixed(0)
      .padStart(8),
    cpu.toFixed(1).padStart(8),
    of((m) => m.p50, runs)
      .toFixed(2)
      .padStart(8),
    of((m) => m.p99, runs)
      .toFixed(2)
      .padStart(8),
  ]
  console.log(cells.join(' '))
}

async function compare(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'facet-bench-'))
  const facet = await startFacet(folder)
  await fill(facet, count)
  const url = `${facet.url}/mcp`
  const { text } = await post(url, LIST, MODERN)
  const floor = await start('floor.ts', text)
  const sdk = await start('sdk.ts', JSON.stringify(JSON.parse(text).result.tools))
  const legacy = await session(url)
  const targets = {
    floor: { url: floor.url, pid: floor.pid, headers: MODERN, body: LIST, seconds },
    'Facet, 2026-07-28': { url, pid: facet.pid, headers: MODERN, body: LIST, seconds },
    'Facet, session 2025-11-25': { url, pid: facet.pid, headers: legacy, body: OLD_LIST, seconds },
    'SDK handler, 2026-07-28': { url: sdk.url, pid: sdk.pid, headers: MODERN, body: LIST, seconds },
  }
  const runs = new Map<string, Measured[]>(Object.keys(targets).map((name) => [name, []]))
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, load] of Object.entries(targets)) runs.get(name)!.push(await measure(load))
  }
  console.log(`\n${count} tools, ${text.length} bytes`)
  console.log(`${' '.repeat(26)}    req/s  x floor   cpu us  x floor   p50 ms   p99 ms`)
  for (const [name, measured] of runs) row(name, measured, runs.get('floor')!)
  for (const child of children.splice(0)) child.kill()
  rmSync(folder, { recursive: true, force: true })
}

for (const count of values.tools.split(',').map(Number)) await compare(count)
