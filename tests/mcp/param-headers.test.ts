import { describe, expect, it } from 'vitest'
import { fakeTool } from '../support/fake-upstream.ts'
import { type Era, federate } from '../support/federated.ts'
import { connectClient, rpc } from '../support/mcp.ts'
import { sourceOf } from '../support/wait.ts'

const HEADER = 'x-mcp-header'

const inputSchema = {
  type: 'object',
  properties: {
    region: { type: 'string', [HEADER]: 'Region' },
    count: { type: 'integer', [HEADER]: 'Count' },
    deep: { type: 'object', properties: { on: { type: 'boolean', [HEADER]: 'On' } } },
    note: { type: 'string' },
  },
}

const mirrored = (era: Era = 'modern') =>
  federate(era, (upstream) => {
    upstream.tools.push(fakeTool('mirrored', { inputSchema }))
  })

const call = (
  url: string,
  args: Record<string, unknown>,
  headers: Record<string, string>,
): ReturnType<typeof rpc> => rpc(url, 'tools/call', { name: 'mirrored', arguments: args }, headers)

const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`

describe('headers that repeat arguments', () => {
  it('are accepted when they say what the arguments say', async () => {
    const { url } = await mirrored()
    const args = { region: 'eu', count: 42, deep: { on: true }, note: 'x' }
    const plain = { 'mcp-param-region': 'eu', 'mcp-param-count': '42', 'mcp-param-on': 'true' }
    const accepted: [Record<string, unknown>, Record<string, string>][] = [
      [args, plain],
      [args, { ...plain, 'mcp-param-region': base64('eu') }],
      [args, { ...plain, 'mcp-param-count': '42.0' }],
      [{ region: 'Zürich ' }, { 'mcp-param-region': base64('Zürich ') }],
      [{ note: 'x' }, {}],
      [{}, {}],
    ]
    for (const [given, headers] of accepted) {
      expect((await call(url, given, headers)).status).toBe(200)
    }
  })

  it('are refused, before anything is sent, when they do not', async () => {
    const { upstream, url } = await mirrored()
    const refused: [Record<string, unknown>, Record<string, string>][] = [
      [{ region: 'eu' }, {}],
      [{ region: 'eu' }, { 'mcp-param-region': 'us' }],
      [{ region: 'eu' }, { 'mcp-param-region': 'EU' }],
      [{ region: 'eu' }, { 'mcp-param-region': '=?base64?ZX?=' }],
      [{ region: 'eu' }, { 'mcp-param-region': '=?base64?/w==?=' }],
      [{ count: 42 }, { 'mcp-param-count': '43' }],
      [{ count: 42 }, { 'mcp-param-count': '0x2a' }],
      [{ deep: { on: true } }, { 'mcp-param-on': 'false' }],
    ]
    for (const [args, headers] of refused) {
      const { status, body } = await call(url, args, headers)
      expect([args, headers, status, body.error?.code]).toEqual([args, headers, 400, -32020])
      expect(body.id).toBeTypeOf('number')
    }
    expect(upstream.seen).not.toContain('tools/call')
  })

  it('say nothing of a tool that the caller does not see', async () => {
    const { facet } = await mirrored()
    const rule = { type: 'tool', filter: "name == 'remote'", include_federated: true }
    await facet.ok('POST', '/dynamic', { id: 'less', name: 'Less', rules: [rule] })
    const { status, body } = await call(`${facet.url}/dynamic/less/mcp`, { region: 'eu' }, {})
    expect([status, body.error]).toMatchObject([200, { message: 'Unknown tool: mirrored' }])
  })

  it.each(['modern', 'legacy'] as const)('are made for the upstream (%s)', async (era) => {
    const { upstream, url } = await mirrored(era)
    for (const mode of ['auto', 'legacy'] as const) {
      const client = await connectClient(url, mode)
      await client.listTools()
      const args = { region: 'Zürich', count: 7, note: 'x' }
      const result = await client.callTool({ name: 'mirrored', arguments: args })
      expect(result.isError).not.toBe(true)
      expect(upstream.headers.get('mcp-param-region')).toBe(base64('Zürich'))
      expect(upstream.headers.get('mcp-param-count')).toBe('7')
    }
  })

  it('keep a tool out when they are declared wrongly, and the source says why', async () => {
    const wrong: [string, Record<string, unknown>, RegExp][] = [
      ['number', { a: { type: 'number', [HEADER]: 'A' } }, /type string, integer or boolean/],
      ['untyped', { a: { [HEADER]: 'A' } }, /type string, integer or boolean/],
      ['no_token', { a: { type: 'string', [HEADER]: 'A B' } }, /not the name of a header/],
      ['no_text', { a: { type: 'string', [HEADER]: 1 } }, /not the name of a header/],
      [
        'twice',
        { a: { type: 'string', [HEADER]: 'A' }, b: { type: 'string', [HEADER]: 'a' } },
        /used twice/,
      ],
      [
        'in_items',
        { a: { type: 'array', items: { type: 'string', [HEADER]: 'A' } } },
        /reached by properties alone/,
      ],
      [
        'in_choice',
        { a: { anyOf: [{ type: 'string', [HEADER]: 'A' }] } },
        /reached by properties alone/,
      ],
    ]
    const { facet, url } = await federate('modern', (upstream) => {
      for (const [name, properties] of wrong) {
        upstream.tools.push(fakeTool(name, { inputSchema: { type: 'object', properties } }))
      }
      const properties = { a: { type: 'object', default: { [HEADER]: 'data' } } }
      upstream.tools.push(fakeTool('fine', { inputSchema: { type: 'object', properties } }))
    })
    const client = await connectClient(url)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['fine', 'remote'])
    const { skipped } = (await sourceOf(facet, 'up')).status
    for (const [name, , reason] of wrong) {
      expect(skipped.find((entry) => entry.name === name)?.reason).toMatch(reason)
    }
  })
})
