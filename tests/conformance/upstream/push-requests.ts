import type { ServerContext } from '@modelcontextprotocol/server'
import { inputRequired } from '@modelcontextprotocol/server'
import { text } from './content.ts'
import type { Args, ConformanceTool } from './tools.ts'

const ENUMS = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: {
      type: 'string',
      oneOf: [
        { const: 'value1', title: 'First Option' },
        { const: 'value2', title: 'Second Option' },
        { const: 'value3', title: 'Third Option' },
      ],
    },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: {
      type: 'array',
      items: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    },
    titledMulti: {
      type: 'array',
      items: {
        anyOf: [
          { const: 'value1', title: 'First Choice' },
          { const: 'value2', title: 'Second Choice' },
          { const: 'value3', title: 'Third Choice' },
        ],
      },
    },
  },
}

const DEFAULTS = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
}

const CONTACT = {
  type: 'object',
  properties: {
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  },
  required: ['username', 'email'],
}

function isModern({ mcpReq }: ServerContext): boolean {
  return mcpReq.envelope !== undefined
}

/** Asks the user: by a request on older connections, by the result of the call on current ones. */
async function elicit(
  context: ServerContext,
  message: string,
  requestedSchema: object,
  report: (result: { action?: string; content?: unknown }) => string,
) {
  const params = { message, requestedSchema } as Parameters<typeof context.mcpReq.elicitInput>[0]
  if (!isModern(context)) {
    return { content: [text(report(await context.mcpReq.elicitInput(params)))] }
  }
  const answer = context.mcpReq.inputResponses?.answer as { action?: string } | undefined
  if (answer) return { content: [text(report(answer))] }
  return inputRequired({ inputRequests: { answer: inputRequired.elicit(params as never) } })
}

const completed = ({ action, content }: { action?: string; content?: unknown }) =>
  `Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`

const message = { type: 'string', description: 'What to show the user' }

/** Tools that ask the client for something while they run. */
export const PUSH_TOOLS: Readonly<Record<string, ConformanceTool>> = {
  test_sampling: {
    description: 'Has the client ask its model',
    inputSchema: {
      type: 'object',
      properties: { prompt: { type: 'string' } },
      required: ['prompt'],
    },
    run: async ({ prompt }: Args, context) => {
      const messages = [{ role: 'user' as const, content: text(String(prompt)) }]
      if (isModern(context)) {
        const answer = context.mcpReq.inputResponses?.answer as { content?: unknown } | undefined
        if (answer) return { content: [text(`LLM response: ${JSON.stringify(answer.content)}`)] }
        const request = inputRequired.createMessage({ messages, maxTokens: 100 })
        return inputRequired({ inputRequests: { answer: request } })
      }
      const { content } = await context.mcpReq.requestSampling({ messages, maxTokens: 100 })
      const said = Array.isArray(content) ? content[0] : content
      return { content: [text(`LLM response: ${(said as { text?: string }).text}`)] }
    },
  },
  test_elicitation: {
    description: 'Asks the user for a name and an address',
    inputSchema: { type: 'object', properties: { message }, required: ['message'] },
    run: (args, context) =>
      elicit(
        context,
        String(args.message),
        CONTACT,
        ({ action, content }) =>
          `User response: action=${action}, content=${JSON.stringify(content ?? {})}`,
      ),
  },
  test_streaming_elicitation: {
    description: 'Asks the user for anything',
    run: (_, context) =>
      elicit(context, 'Anything?', { type: 'object', properties: {} }, completed),
  },
  test_elicitation_sep1034_defaults: {
    description: 'Asks with defaults of every primitive type',
    run: (_, context) => elicit(context, 'Please review', DEFAULTS, completed),
  },
  test_elicitation_sep1330_enums: {
    description: 'Asks with every kind of enumeration',
    run: (_, context) => elicit(context, 'Please choose', ENUMS, completed),
  },
}
