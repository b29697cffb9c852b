import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { EntryDocument } from '../../catalog/entry.ts'
import { VERSION } from '../../version.ts'
import type { Client } from '../client.ts'

const HEAR_MS = 10_000

/**
 * Uses the demo as a client would: lists, calls a tool, has a tool tagged, hears of it, lists again.
 *
 * @throws {Error} saying what was not as it should be.
 */
export async function checkDemo(client: Client): Promise<void> {
  const heard = Promise.withResolvers<void>()
  const mcp = new McpClient(
    { name: 'facet-demo-check', version: VERSION },
    {
      versionNegotiation: { mode: 'auto' },
      listChanged: { tools: { autoRefresh: false, onChanged: () => heard.resolve() } },
    },
  )
  const endpoint = new URL(`${client.url}/dynamic/analytics/mcp`)
  await mcp.connect(new StreamableHTTPClientTransport(endpoint))
  try {
    say(`connected to ${endpoint} with MCP ${mcp.getNegotiatedProtocolVersion()}`)
    const before = await toolNames(mcp)
    expect(before.join() === 'count_tags', `listed ${before.join(', ')}`)
    const called = await mcp.callTool({ name: 'count_tags', arguments: {} })
    const text = JSON.stringify(called.content).slice(0, 70)
    expect(called.isError !== true, `called count_tags: ${text}…`)
    const { tools } = await client.request<{ tools: EntryDocument[] }>(
      'GET',
      '/tools?source=everything&q=echo',
    )
    const echo = tools.find(({ name }) => name === 'echo')
    expect(echo !== undefined, 'found the tool echo of the upstream "everything"')
    await client.request('PATCH', `/tools/${echo!.id}`, { tags: ['analytics'] })
    say('tagged it "analytics"')
    const timeout = setTimeout(() => heard.reject(new Error('heard nothing')), HEAR_MS)
    await heard.promise
    clearTimeout(timeout)
    say('heard notifications/tools/list_changed')
    const after = await toolNames(mcp)
    expect(after.join() === 'count_tags,echo', `listed ${after.join(', ')}`)
    const echoed = await mcp.callTool({ name: 'echo', arguments: { message: 'hello' } })
    const answer = JSON.stringify(echoed.content)
    expect(answer.includes('Echo: hello'), `called echo at its upstream: ${answer}`)
  } finally {
    await mcp.close()
  }
}

async function toolNames(mcp: McpClient): Promise<string[]> {
  const { tools } = await mcp.listTools(undefined, { cacheMode: 'refresh' })
  return tools.map(({ name }) => name)
}

function say(what: string): void {
  console.log(`  ok  ${what}`)
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not as expected: ${what}`)
  say(what)
}
