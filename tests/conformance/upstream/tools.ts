import { setTimeout as sleep } from 'node:timers/promises'
import type {
  CallToolResult,
  InputRequiredResult,
  ServerContext,
} from '@modelcontextprotocol/server'
import { image, text, WAV } from './content.ts'
import { INPUT_TOOLS } from './input-required.ts'
import { PUSH_TOOLS } from './push-requests.ts'

export type Args = Record<string, unknown>
export type ToolRun = (
  args: Args,
  context: ServerContext,
) => CallToolResult | InputRequiredResult | Promise<CallToolResult | InputRequiredResult>

export interface ConformanceTool {
  readonly description: string
  readonly inputSchema?: { type: 'object'; [key: string]: unknown }
  readonly run: ToolRun
}

const says =
  (...content: CallToolResult['content']): ToolRun =>
  () => ({ content })

function resource(uri: string, mimeType: string, contents: string) {
  return { type: 'resource' as const, resource: { uri, mimeType, text: contents } }
}

async function log(context: ServerContext, lines: readonly string[]) {
  for (const [i, data] of lines.entries()) {
    if (i > 0) await sleep(50)
    await context.mcpReq.log('info', data)
  }
}

async function progress({ mcpReq }: ServerContext) {
  const progressToken = mcpReq._meta?.progressToken
  for (const [i, progress] of [0, 50, 100].entries()) {
    if (i > 0) await sleep(50)
    if (progressToken === undefined) continue
    const params = { progressToken, progress, total: 100 }
    await mcpReq.notify({ method: 'notifications/progress', params })
  }
}

/** The tools that the official conformance suites look for, by their names. */
export const TOOLS: Readonly<Record<string, ConformanceTool>> = {
  test_simple_text: {
    description: 'Answers with a text',
    run: says(text('This is a simple text response for testing.')),
  },
  test_image_content: { description: 'Answers with a picture', run: says(image) },
  test_audio_content: {
    description: 'Answers with a sound',
    run: says({ type: 'audio', data: WAV, mimeType: 'audio/wav' }),
  },
  test_embedded_resource: {
    description: 'Answers with a resource',
    run: says(
      resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
    ),
  },
  test_multiple_content_types: {
    description: 'Answers with a text, a picture and a resource',
    run: says(
      text('Multiple content types test:'),
      image,
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ),
  },
  test_tool_with_logging: {
    description: 'Logs three times while it runs',
    run: async (_, context) => {
      await log(context, [
        'Tool execution started',
        'Tool processing data',
        'Tool execution completed',
      ])
      return { content: [text('Tool with logging executed successfully')] }
    },
  },
  test_logging_tool: {
    description: 'Logs once',
    run: async (_, context) => {
      await log(context, ['Logged'])
      return { content: [text('logged')] }
    },
  },
  test_tool_with_progress: {
    description: 'Reports progress three times',
    run: async (_, context) => {
      await progress(context)
      return { content: [text('Tool with progress executed successfully')] }
    },
  },
  test_error_handling: {
    description: 'Fails on purpose',
    run: () => ({
      content: [text('This tool intentionally returns an error for testing')],
      isError: true,
    }),
  },
  test_reconnection: {
    description: 'Closes its stream in the middle of the call',
    run: async (_, context) => {
      context.http?.closeSSE?.()
      await sleep(100)
      return { content: [text('Reconnection test completed successfully.')] }
    },
  },
  json_schema_2020_12_tool: {
    description: 'Has a schema with keywords of JSON Schema 2020-12',
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: {
        address: {
          $anchor: 'addressDef',
          type: 'object',
          properties: { street: { type: 'string' }, city: { type: 'string' } },
        },
      },
      properties: {
        name: { type: 'string' },
        address: { $ref: '#/$defs/address' },
        contactMethod: { type: 'string', enum: ['phone', 'email'] },
        phone: { type: 'string' },
        email: { type: 'string' },
      },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['phone'] },
      else: { required: ['email'] },
      additionalProperties: false,
    },
    run: says(text('ok')),
  },
  test_custom_header: {
    description: 'Mirrors two arguments in headers',
    inputSchema: {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        count: { type: 'integer', 'x-mcp-header': 'Count' },
        note: { type: 'string' },
      },
    },
    run: (args) => ({ content: [text(JSON.stringify(args))] }),
  },
  ...PUSH_TOOLS,
  ...INPUT_TOOLS,
}
