import { ask, beginSession, META, modern } from '../../support/both-ways.ts'
import type { StartOptions } from '../../support/facet.ts'
import { fakeTool } from '../../support/fake-upstream.ts'
import { EVERYTHING, type Federated, federate } from '../../support/federated.ts'
import { connectClient, type Mode } from '../../support/mcp.ts'
import type { SdkUpstream } from '../../support/sdk-upstream.ts'

/** What came back, whichever way: a text, and the code and details of a refusal. */
export interface Outcome {
  readonly text: string
  readonly code: string | undefined
  readonly details: Record<string, unknown>
}

export interface Guarded extends Federated {
  readonly headers: Record<string, string>
  urlOf(server: string): string
  /** How often the upstream was asked to do something, besides listing. */
  readonly ran: () => number
}

const DONE = new Set([
  'tools/call',
  'prompts/get',
  'resources/read',
  'completion/complete',
  'resources/subscribe',
])

/** An upstream with one of everything, behind servers that show it in every way there is. */
export async function guarded(
  options: StartOptions = {},
  headers: Record<string, string> = {},
): Promise<Guarded> {
  const offer = (upstream: SdkUpstream) => {
    const inputSchema = { type: 'object', properties: { token: { type: 'string' } } }
    upstream.tools.push(fakeTool('pinned', { inputSchema }))
    upstream.prompts.push({ name: 'greet', arguments: [{ name: 'text' }] })
    upstream.resources.push({ uri: 'up://doc', name: 'doc' })
    upstream.resourceTemplates.push({ uriTemplate: 'up://pages/{page}', name: 'pages' })
    upstream.complete = () => ['completed']
  }
  const federated = await federate('legacy', offer, options)
  const { facet, upstream } = federated
  const open = { access: 'open', rules: EVERYTHING }
  await facet.ok('PATCH', '/dynamic/s', { access: 'open' })
  await facet.ok('POST', '/dynamic', {
    id: 'search',
    name: 'Search',
    exposure: 'search',
    search_aliases: ['gateway', 'proxy'],
    pinned: ['pinned'],
    ...open,
  })
  const overrides = [{ match: 'remote', name: 'renamed' }]
  await facet.ok('POST', '/dynamic', { id: 'renaming', name: 'Renaming', overrides, ...open })
  await facet.ok('POST', '/dynamic', { id: 'frozen', name: 'Frozen', cache_ttl: 600, ...open })
  return {
    ...federated,
    headers,
    urlOf: (server) => `${facet.url}/dynamic/${server}/mcp`,
    ran: () => upstream.seen.filter((method) => DONE.has(method)).length,
  }
}

type Path = (guarded: Guarded, text: string) => Promise<Outcome>

type Raw = { result?: Record<string, unknown>; error?: { message: string; data?: object } }

export function outcomeOf({ result, error }: Raw): Outcome {
  if (error) {
    const { code, ...details } = (error.data ?? {}) as Record<string, unknown>
    return { text: error.message, code: code as string | undefined, details }
  }
  const failed = ((result?._meta ?? {}) as Record<string, object>)['mcp-facet/error'] ?? {}
  const { code, ...details } = failed as Record<string, unknown>
  const content = (result?.content ?? []) as { text?: string }[]
  const text = result?.isError
    ? content.map((block) => block.text).join('')
    : JSON.stringify(result)
  return { text, code: code as string | undefined, details }
}

async function sent(url: string, body: object, headers: Record<string, string>): Promise<Outcome> {
  return outcomeOf((await ask(url, body, headers)).body)
}

/** A request of 2026-07-28 that is answered before any framework. */
const fast =
  (server: string, name: string, args: (text: string) => object, query = ''): Path =>
  ({ urlOf, headers }, text) => {
    const { body, headers: own } = modern('tools/call', { name, arguments: args(text) })
    return sent(urlOf(server) + query, body, { ...own, ...headers, 'mcp-name': name })
  }

/** The same with something in it that only the SDK looks at. */
const long =
  (server: string, name: string, args: (text: string) => object): Path =>
  ({ urlOf, headers }, text) => {
    const info = { name: 'test', version: '1', title: 'Test' }
    const _meta = { ...META, 'io.modelcontextprotocol/clientInfo': info }
    const { body, headers: own } = modern('tools/call', { name, arguments: args(text), _meta })
    return sent(urlOf(server), body, { ...own, ...headers, 'mcp-name': name })
  }

/** A call in a session of a client from before 2026-07-28. */
const inSession =
  (capabilities: object): Path =>
  async ({ urlOf, headers }, text) => {
    const session = await beginSession(urlOf('s'), capabilities, headers)
    const params = { name: 'remote', arguments: { text } }
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
    return sent(urlOf('s'), body, { ...headers, ...session })
  }

const withoutSession: Path = ({ urlOf, headers }, text) => {
  const params = { name: 'remote', arguments: { text } }
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
  return sent(urlOf('s'), body, { ...headers, 'mcp-protocol-version': '2025-06-18' })
}

type Client = Awaited<ReturnType<typeof connectClient>>

/** Whatever the official client can ask for. */
const byClient =
  (mode: Mode, use: (client: Client, text: string) => Promise<object>): Path =>
  async ({ urlOf, headers }, text) => {
    const client = await connectClient(urlOf('s'), mode, { headers })
    try {
      return outcomeOf({ result: (await use(client, text)) as Record<string, unknown> })
    } catch (error) {
      return outcomeOf({ error: error as { message: string; data?: object } })
    }
  }

const PROMPT = { type: 'ref/prompt' as const, name: 'greet' }
const USES: Record<string, (client: Client, text: string) => Promise<object>> = {
  'tools/call': (client, text) => client.callTool({ name: 'remote', arguments: { text } }),
  'prompts/get': (client, text) => client.getPrompt({ name: 'greet', arguments: { text } }),
  'resources/read': (client, text) => client.readResource({ uri: `up://pages/${text}` }),
  'completion/complete': (client, text) =>
    client.complete({ ref: PROMPT, argument: { name: 'text', value: text } }),
}

const direct = (text: string) => ({ text })

/** Every way a tool can be called, and everything else that asks a source for something. */
export const PATHS: Readonly<Record<string, Path>> = {
  'a call of 2026-07-28, before any framework': fast('s', 'remote', direct),
  'a call of 2026-07-28, by the SDK': long('s', 'remote', direct),
  'a call in a session, before any framework': inSession({}),
  'a call in a session, by the SDK': inSession({ elicitation: {} }),
  'a call of an older client without a session': withoutSession,
  'a call on a narrowed server': fast('s', 'remote', direct, '?filter=true'),
  'a call under another name': fast('renaming', 'renamed', direct),
  'a call on a frozen server': fast('frozen', 'remote', direct),
  'a call of a pinned tool': fast('search', 'pinned', direct),
  'a call of an unlisted tool by its name': fast('search', 'remote', direct),
  call_tool: fast('search', 'call_tool', (text) => ({ name: 'remote', arguments: { text } })),
  'call_tool by the SDK': long('search', 'call_tool', (text) => ({
    name: 'remote',
    arguments: { text },
  })),
  execute_tool: fast('search', 'execute_tool', (text) => ({
    server: 'up',
    tool: 'remote',
    args: { text },
  })),
  proxy__run: fast('search', 'proxy__run', (text) => ({ tool: 'remote', arguments: { text } })),
  ...Object.fromEntries(
    Object.entries(USES).flatMap(([method, use]) =>
      (['auto', 'legacy'] as const).map((mode) => [`${method} (${mode})`, byClient(mode, use)]),
    ),
  ),
}
