import { join } from 'node:path'
import { type Load, type Measured, measure } from './load.ts'
import { META, PROTOCOL, post, type Running, Services, session } from './services.ts'
import { header, median, row } from './table.ts'

const params = { name: 'echo', arguments: { text: 'hello' } }
const message = { jsonrpc: '2.0', id: 1, method: 'tools/call' }
const CALL = JSON.stringify({ ...message, params: { ...params, _meta: META } })
const MODERN = {
  'mcp-protocol-version': PROTOCOL,
  'mcp-method': 'tools/call',
  'mcp-name': 'echo',
}

/** A source, and a server that shows it and nothing else. */
async function add(facet: Running, id: string, transport: object): Promise<string> {
  await post(`${facet.url}/sources`, JSON.stringify({ id, transport }))
  const rules = [{ type: 'tool', filter: `source == "${id}"`, include_federated: true }]
  await post(`${facet.url}/dynamic`, JSON.stringify({ id, name: id, rules }))
  const url = `${facet.url}/dynamic/${id}/mcp`
  const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  for (let tries = 0; tries < 200; tries++) {
    if ((await post(url, list)).text.includes('"echo"')) return url
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${id} did not connect`)
}

/** A source that broke answers with a failure, faster than a call could. */
async function check(name: string, { url, headers, body }: Load): Promise<void> {
  const { text } = await post(url, typeof body === 'string' ? body : body(), { ...headers })
  if (!text.includes('"text":"hello"')) throw new Error(`${name} answered ${text}`)
}

/**
 * Times calls of a tool that answers at once, through Facet, over each kind of upstream, against a
 * bare HTTP server that writes the same answer (the floor). What Facet adds to the time of one
 * call is measured on one connection, against the same call sent to the upstream itself.
 */
export async function compareCalls(
  seconds: number,
  rounds: number,
  nodeOptions: readonly string[],
): Promise<void> {
  const services = new Services()
  const facet = await services.facet(nodeOptions)
  const modern = await services.start('upstream.ts', '')
  const legacy = await services.start('upstream.ts', '', ['--era', 'legacy'])
  const args = [join(import.meta.dirname, 'upstream.ts'), '--stdio', '--era', 'legacy']
  const urls = {
    http: await add(facet, 'http', { type: 'http', url: `${modern.url}mcp` }),
    stdio: await add(facet, 'stdio', { type: 'stdio', command: process.execPath, args }),
    legacy: await add(facet, 'legacy', { type: 'http', url: `${legacy.url}mcp` }),
  }
  const { text } = await post(urls.http, CALL, MODERN)
  const floor = await services.start('floor.ts', text)
  const { pid } = facet
  const call = { headers: MODERN, body: CALL, seconds }
  let id = 0
  const old = {
    body: () => JSON.stringify({ ...message, id: ++id, params }),
    seconds,
    pid,
  }
  const targets: Record<string, Load> = {
    floor: { ...floor, ...call },
    '2026-07-28 -> HTTP 2026-07-28': { url: urls.http, pid, ...call },
    '2026-07-28 -> stdio': { url: urls.stdio, pid, ...call },
    '2026-07-28 -> HTTP 2025-11-25': { url: urls.legacy, pid, ...call },
    'session -> HTTP 2026-07-28': { url: urls.http, headers: await session(urls.http), ...old },
    'session -> stdio': { url: urls.stdio, headers: await session(urls.stdio), ...old },
  }
  const runs = new Map<string, Measured[]>(Object.keys(targets).map((name) => [name, []]))
  const direct: Load = { ...modern, ...call, connections: 1 }
  const added: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (const [name, load] of Object.entries(targets)) {
      runs.get(name)!.push(await measure(load))
      await check(name, load)
    }
    const alone = await measure(direct)
    const through = await measure({ url: urls.http, pid, ...call, connections: 1 })
    added.push(through.p50 - alone.p50)
  }
  header(`calls, ${text.length} bytes`)
  for (const [name, measured] of runs) row(name, measured, runs.get('floor')!)
  console.log(`added on one connection, p50: ${median(added).toFixed(2)} ms`)
  await services.stop()
}
