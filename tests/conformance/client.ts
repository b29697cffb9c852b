/**
 * A client for the client scenarios of the conformance suite, which reaches the suite's server
 * through a Facet: `conformance client --command "node tests/conformance/client.ts"`. What the
 * suite judges is what Facet says to an upstream.
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { pino } from 'pino'
import { settingsSchema } from '../../src/config/settings.ts'
import { createFacet } from '../../src/main.ts'
import { Administrator, sourceFor } from './sign-in.ts'

const url = process.argv.at(-1)!
const { MCP_CONFORMANCE_CONTEXT: given, MCP_CONFORMANCE_PROTOCOL_VERSION: revision = '' } =
  process.env
const context = given ? JSON.parse(given) : {}

const facet = await createFacet({
  settings: settingsSchema.parse({
    database: ':memory:',
    rules: '/nonexistent/rules',
    port: 0,
    // The suite's authorization servers are on this machine.
    http_allowed_hosts: ['localhost', '127.0.0.1'],
    secrets: { SECRET: { env: 'SECRET', hosts: ['localhost', '127.0.0.1'] } },
  }),
  environment: { SECRET: context.client_secret ?? context.private_key_pem },
  logger: pino({ level: process.env.FACET_LOG_LEVEL ?? 'silent' }),
})
const { url: own } = await facet.listen()
const source = await sourceFor(url, context)
await fetch(`${own}/sources`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(source),
})
const wayIn = new Administrator(own)
if (!(await wayIn.untilUp())) {
  console.error(wayIn.reason)
  process.exit(1)
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
  // Signing in again for more scopes is worth it as long as the source says where.
  for (let tries = 0; tries < 10; tries++) {
    const call = client.callTool({ name, arguments: sent })
    const { isError } = await call.catch((error: Error) => ({ isError: error.message }))
    if (!isError || !(await wayIn.signIn())) break
  }
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
