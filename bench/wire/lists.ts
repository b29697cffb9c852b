import { type Load, type Measured, measure } from './load.ts'
import { META, PROTOCOL, post, type Running, Services, session } from './services.ts'
import { header, row } from './table.ts'

const MODERN = { 'mcp-protocol-version': PROTOCOL, 'mcp-method': 'tools/list' }
const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const LIST = JSON.stringify({ ...message, params: { _meta: META } })
const OLD_LIST = JSON.stringify(message)

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

/**
 * Times warm lists against two others in the same minutes: a bare HTTP server that writes the same
 * bytes (the floor), and the SDK's handler over the same tools.
 */
export async function compareLists(
  count: number,
  seconds: number,
  rounds: number,
  nodeOptions: readonly string[],
): Promise<void> {
  const services = new Services()
  const facet = await services.facet(nodeOptions)
  await fill(facet, count)
  const url = `${facet.url}/mcp`
  const { text } = await post(url, LIST, MODERN)
  const floor = await services.start('floor.ts', text)
  const sdk = await services.start('sdk.ts', JSON.stringify(JSON.parse(text).result.tools))
  const legacy = await session(url)
  const modern = { headers: MODERN, body: LIST, seconds }
  const targets: Record<string, Load> = {
    floor: { ...floor, ...modern },
    'Facet, 2026-07-28': { url, pid: facet.pid, ...modern },
    'Facet, session 2025-11-25': { url, pid: facet.pid, headers: legacy, body: OLD_LIST, seconds },
    'SDK handler, 2026-07-28': { ...sdk, ...modern },
  }
  const runs = new Map<string, Measured[]>(Object.keys(targets).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, load] of Object.entries(targets)) runs.get(name)!.push(await measure(load))
  }
  header(`${count} tools, ${text.length} bytes`)
  for (const [name, measured] of runs) row(name, measured, runs.get('floor')!)
  await services.stop()
}
