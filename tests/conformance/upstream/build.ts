import { ProtocolError, Server } from '@modelcontextprotocol/server'
import { stateCodec } from './input-required.ts'
import { PROMPTS } from './prompts.ts'
import { RESOURCE_TEMPLATES, RESOURCES, read } from './resources.ts'
import { TOOLS } from './tools.ts'

/** Tools and prompts that come and go when the trigger tools are called. */
export interface Changes {
  readonly tools: Set<string>
  readonly prompts: Set<string>
  announce(list: 'tools' | 'prompts'): void
}

const TRIGGERS: Readonly<Record<string, 'tools' | 'prompts'>> = {
  test_trigger_tool_change: 'tools',
  test_trigger_prompt_change: 'prompts',
}

const EMPTY = { type: 'object' as const, properties: {} }

function toggle(changes: Changes, list: 'tools' | 'prompts') {
  const name = `test_added_by_trigger_${list}`
  if (!changes[list].delete(name)) changes[list].add(name)
  changes.announce(list)
  return { content: [{ type: 'text' as const, text: `${list} changed` }] }
}

/** An MCP server with everything the official conformance suites want to see, of either era. */
export function buildConformanceServer(changes: Changes): Server {
  const lists = { listChanged: true }
  const server = new Server(
    { name: 'conformance-upstream', version: '1.0.0' },
    {
      capabilities: {
        tools: lists,
        prompts: lists,
        resources: { ...lists, subscribe: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: stateCodec.verify },
    },
  )
  server.setRequestHandler('tools/list', () => ({
    tools: [
      ...Object.entries(TOOLS).map(([name, { description, inputSchema = EMPTY }]) => ({
        name,
        description,
        inputSchema,
      })),
      ...[...Object.keys(TRIGGERS), ...changes.tools].map((name) => ({
        name,
        description: `The tool ${name}`,
        inputSchema: EMPTY,
      })),
    ],
  }))
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const { name, arguments: args = {} } = params
    const trigger = TRIGGERS[name]
    if (trigger) return toggle(changes, trigger)
    const tool = TOOLS[name]
    if (!tool) throw new ProtocolError(-32602, `Unknown tool: ${name}`)
    return tool.run(args, context)
  })
  server.setRequestHandler('prompts/list', () => ({
    prompts: [
      ...Object.entries(PROMPTS).map(([name, { get, ...prompt }]) => ({ name, ...prompt })),
      ...[...changes.prompts].map((name) => ({ name, description: `The prompt ${name}` })),
    ],
  }))
  server.setRequestHandler('prompts/get', ({ params }, context) => {
    const prompt = PROMPTS[params.name]
    if (!prompt) throw new ProtocolError(-32602, `Unknown prompt: ${params.name}`)
    return prompt.get(params.arguments ?? {}, context)
  })
  server.setRequestHandler('resources/list', () => ({ resources: RESOURCES }))
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: RESOURCE_TEMPLATES,
  }))
  server.setRequestHandler('resources/read', ({ params }) => read(params.uri))
  server.setRequestHandler('resources/subscribe', () => ({}))
  server.setRequestHandler('resources/unsubscribe', () => ({}))
  server.setRequestHandler('completion/complete', ({ params }) => {
    const values = ['paris', 'park', 'party'].filter((value) =>
      value.startsWith(params.argument.value),
    )
    return { completion: { values, total: values.length, hasMore: false } }
  })
  return server
}
