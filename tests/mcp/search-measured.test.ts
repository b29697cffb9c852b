import { describe, expect, it } from 'vitest'
import { tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { connectClient } from '../support/mcp.ts'

describe('searches', () => {
  it('are counted, and so is each find that is called, by its name or by call_tool', async () => {
    const facet = await startFacet({ listen: true })
    for (const name of ['send_mail', 'archive_mail', 'book_room']) {
      await facet.ok('POST', '/tools', tool(name))
    }
    await facet.ok('POST', '/dynamic', {
      id: 'office',
      name: 'office',
      exposure: 'search',
      rules: [{ type: 'tool', filter: 'true' }],
    })
    const client = await connectClient(`${facet.url}/dynamic/office/mcp`)
    const call = (name: string, args: object) =>
      client.callTool({ name, arguments: args as Record<string, unknown> })
    await call('search_tools', { query: 'mail' })
    await call('search_tools', { query: 'xyzzy' })
    await call('call_tool', { name: 'send_mail' })
    await call('call_tool', { name: 'send_mail' })
    await call('archive_mail', {})
    await call('call_tool', { name: 'book_room' })
    const { text } = await facet.api('GET', '/metrics')
    expect(text).toContain('facet_searches_total{server="office",result="found"} 1')
    expect(text).toContain('facet_searches_total{server="office",result="nothing"} 1')
    expect(text).toContain('facet_searched_then_called_total{server="office"} 2')
  })
})
