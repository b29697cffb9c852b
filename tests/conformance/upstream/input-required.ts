import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  MissingRequiredClientCapabilityError,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { text } from './content.ts'
import type { ConformanceTool } from './tools.ts'

/** Signs what a client brings back between two rounds. */
export const stateCodec = createRequestStateCodec<{ step: number }>({
  key: 'conformance-fixture-key-0123456789',
  ttlSeconds: 600,
})

const NAME = {
  type: 'object' as const,
  properties: { name: { type: 'string' as const } },
  required: ['name'],
}

function ask(message: string, requestedSchema: object = NAME) {
  return inputRequired.elicit({ message, requestedSchema } as never)
}

function sample(question: string, maxTokens: number) {
  const messages = [{ role: 'user' as const, content: text(question) }]
  return inputRequired.createMessage({ messages, maxTokens })
}

type Content = Record<string, unknown>

/** The content of an accepted answer to an elicitation. */
export function accepted({ mcpReq }: ServerContext, key: string): Content | undefined {
  const answer = mcpReq.inputResponses?.[key] as { action?: string; content?: Content } | undefined
  return answer?.action === 'accept' ? answer.content : undefined
}

function answerOf({ mcpReq }: ServerContext, key: string): Content | undefined {
  return mcpReq.inputResponses?.[key] as Content | undefined
}

const says = (line: string) => ({ content: [text(line)] })

async function confirmed(context: ServerContext) {
  if (context.mcpReq.requestState<{ step: number }>() && accepted(context, 'confirm')) {
    return says('state-ok')
  }
  const ok = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] }
  return inputRequired({
    inputRequests: { confirm: ask('Please confirm', ok) },
    requestState: await stateCodec.mint({ step: 1 }),
  })
}

/** Tools that need several rounds: they answer with what they still want to know. */
export const INPUT_TOOLS: Readonly<Record<string, ConformanceTool>> = {
  test_input_required_result_elicitation: {
    description: 'Asks for a name',
    run: (_, context) => {
      const name = accepted(context, 'user_name')?.name
      if (typeof name === 'string') return says(`Hello, ${name}!`)
      return inputRequired({ inputRequests: { user_name: ask('What is your name?') } })
    },
  },
  test_input_required_result_sampling: {
    description: 'Has a model answer',
    run: (_, context) => {
      const answer = answerOf(context, 'capital_question')
      if (answer) return says(JSON.stringify(answer.content))
      const question = sample('What is the capital of France?', 100)
      return inputRequired({ inputRequests: { capital_question: question } })
    },
  },
  test_input_required_result_list_roots: {
    description: 'Asks for the roots',
    run: (_, context) => {
      const roots = answerOf(context, 'client_roots')?.roots
      if (Array.isArray(roots)) return says(`Roots: ${JSON.stringify(roots)}`)
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
    },
  },
  test_input_required_result_request_state: {
    description: 'Asks to confirm, with state',
    run: (_, context) => confirmed(context),
  },
  test_input_required_result_tampered_state: {
    description: 'Asks to confirm, with state that is checked',
    run: (_, context) => confirmed(context),
  },
  test_input_required_result_multiple_inputs: {
    description: 'Asks for three things at once',
    run: async (_, context) => {
      const keys = ['user_name', 'greeting', 'client_roots']
      if (keys.every((key) => answerOf(context, key))) return says('All inputs received')
      return inputRequired({
        inputRequests: {
          user_name: ask('What is your name?'),
          greeting: sample('Generate a greeting', 50),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await stateCodec.mint({ step: 1 }),
      })
    },
  },
  test_input_required_result_multi_round: {
    description: 'Asks twice, one after the other',
    run: async (_, context) => {
      const step = context.mcpReq.requestState<{ step: number }>()?.step ?? 0
      if (step === 2 && accepted(context, 'step2')) return says('Both steps done')
      const second = (step === 1 && accepted(context, 'step1')) || step === 2
      const color = {
        type: 'object',
        properties: { color: { type: 'string' } },
        required: ['color'],
      }
      return inputRequired({
        inputRequests: second
          ? { step2: ask('Step 2: What is your favorite color?', color) }
          : { step1: ask('Step 1: What is your name?') },
        requestState: await stateCodec.mint({ step: second ? 2 : 1 }),
      })
    },
  },
  test_input_required_result_capabilities: {
    description: 'Asks only what the client can answer',
    run: (_, context) => {
      if (Object.keys(context.mcpReq.inputResponses ?? {}).length > 0) return says('Answered')
      const can = capabilitiesOf(context)
      return inputRequired({
        inputRequests: {
          ...(can.elicitation ? { name: ask('What is your name?') } : {}),
          ...(can.sampling ? { greeting: sample('Generate a greeting', 50) } : {}),
          ...(can.roots ? { roots: inputRequired.listRoots() } : {}),
        },
      })
    },
  },
  test_missing_capability: {
    description: 'Needs a client that can ask a model',
    run: (_, context) => {
      if (capabilitiesOf(context).sampling) return says('The client can ask a model')
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } })
    },
  },
}

function capabilitiesOf({ mcpReq }: ServerContext): Content {
  const envelope = mcpReq.envelope as Content | undefined
  return (envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {}) as Content
}
