/**
 * A client for the client scenarios of the conformance suite, which reaches the suite's server
 * through a Facet: `conformance client --command "node tests/conformance/client.ts"`. What the
 * suite judges is what Facet says to an upstream.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { pino } from 'pino'
import { settingsSchema } from '../../src/config/settings.ts'
import { createFacet } from '../../src/main.ts'
import type { SourceStatus } from '../../src/sources/status.ts'

const url = process.argv.at(-1)!
const { MCP_CONFORMANCE_CONTEXT: given, MCP_CONFORMANCE_PROTOCOL_VERSION: revision = '' } =
  process.env
const context = given ? JSON.parse(given) : {}

const facet = await createFacet({
  settings: settingsSchema.parse({
    database: ':memory:',
    rules: '/nonexistent/rules',
    port: 0,
    sources: [{ id: 'suite', transport: { type: 'http', url } }],
  }),
  environment: {},
  logger: pino({ level: process.env.FACET_LOG_LEVEL ?? 'silent' }),
})
const { url: own } = await facet.listen()
for (let waited = 0; waited < 1_200; waited++) {
  const source = await (await fetch(`${own}/sources/suite`)).json()
  const { state, last_error } = (source as { status: SourceStatus }).status
  if (state === 'up') break
  // A busy machine may need a second attempt; whoever wants a credential will want it again.
  if (state === 'down' && /401/.test(last_error?.message ?? '')) {
    console.error(last_error?.message)
    process.exit(1)
  }
  await sleep(50)
}

const client = new Client(
  { name: 'conformance-client', version: '1.0.0' },
  {
    versionNegotiation: { mode: revision >= '2026-07-28' ? 'auto' : 'legacy' },
    capabilities: { elicitation: { form: { applyDefaults: true } }, sampling: {}, roots: {} },
  },
)
client.setRequestHandler('elicitation/create', async () => ({
  action: 'accept',
  content: context.content ?? {},
}))
client.setRequestHandler('roots/list', async () => ({ roots: [] }))
await client.connect(new StreamableHTTPClientTransport(new URL(`${own}/mcp`)))

const { tools } = await client.listTools()
const calls: { name: string; arguments: Record<string, unknown> }[] =
  context.toolCalls ??
  tools.map(({ name, inputSchema }) => ({ name, arguments: sample(inputSchema) }))
for (const { name, arguments: args } of calls) {
  // Facet holds arguments to their schema, where an absent one is not null.
  const sent = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null))
  const call = client.callTool({ name, arguments: sent })
  await call.catch((error: Error) => console.error(name, error.message))
}
if (client.getServerCapabilities()?.prompts) {
  for (const { name } of (await client.listPrompts()).prompts) {
    await client.getPrompt({ name }).catch((error: Error) => console.error(name, error.message))
  }
}
if (client.getServerCapabilities()?.resources) {
  for (const { uri } of (await client.listResources()).resources) {
    await client.readResource({ uri }).catch((error: Error) => console.error(uri, error.message))
  }
}
await client.close()
await facet.close()
process.exit(0)

/** Arguments that fit a schema: something for everything; for a schema, the first one there is. */
function sample({ properties = {} }: { properties?: Record<string, unknown> }) {
  const values: Record<string, unknown> = { string: 'text', boolean: true, array: [], object: {} }
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => {
      const { type = 'string', default: value } = schema as { type?: string; default?: unknown }
      if (key === 'schema') return [key, tools[0]!.inputSchema]
      return [key, value ?? values[type] ?? 1]
    }),
  )
}
