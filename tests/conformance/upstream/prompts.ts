import {
  type GetPromptResult,
  type InputRequiredResult,
  inputRequired,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { image, text } from './content.ts'
import { accepted } from './input-required.ts'

interface ConformancePrompt {
  readonly description: string
  readonly arguments?: { name: string; description: string; required: boolean }[]
  readonly get: (
    args: Record<string, string>,
    context: ServerContext,
  ) => GetPromptResult | InputRequiredResult
}

const user = (content: GetPromptResult['messages'][number]['content']) => ({
  role: 'user' as const,
  content,
})
const required = (name: string) => ({ name, description: `The argument ${name}`, required: true })

/** The prompts that the official conformance suites look for, by their names. */
export const PROMPTS: Readonly<Record<string, ConformancePrompt>> = {
  test_simple_prompt: {
    description: 'A prompt without arguments',
    get: () => ({ messages: [user(text('This is a simple prompt for testing.'))] }),
  },
  test_prompt_with_arguments: {
    description: 'A prompt with two arguments',
    arguments: [required('arg1'), required('arg2')],
    get: ({ arg1, arg2 }) => ({
      messages: [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    }),
  },
  test_prompt_with_embedded_resource: {
    description: 'A prompt that holds a resource',
    arguments: [required('resourceUri')],
    get: ({ resourceUri }) => ({
      messages: [
        user({
          type: 'resource',
          resource: {
            uri: resourceUri!,
            mimeType: 'text/plain',
            text: 'Embedded resource content for testing.',
          },
        }),
        user(text('Please process the embedded resource above.')),
      ],
    }),
  },
  test_prompt_with_image: {
    description: 'A prompt with a picture',
    get: () => ({ messages: [user(image), user(text('Please analyze the image above.'))] }),
  },
  test_input_required_result_prompt: {
    description: 'A prompt that asks what it is about',
    get: (_, context) => {
      const about = accepted(context, 'user_context')?.context
      if (about !== undefined) return { messages: [user(text(`Context: ${about}`))] }
      const requestedSchema = {
        type: 'object' as const,
        properties: { context: { type: 'string' as const } },
        required: ['context'],
      }
      const message = 'What context should the prompt use?'
      const request = inputRequired.elicit({ message, requestedSchema })
      return inputRequired({ inputRequests: { user_context: request } })
    },
  },
}
