import { ModelError } from './model-error.ts'
import type { Connection, ModelProvider } from './port.ts'

/** OpenAI, by the Responses API. */
export async function openaiProvider(connection: Connection): Promise<ModelProvider> {
  const client = await openaiClient(connection)
  return {
    async ask({ system, user, schema, maxOutputTokens }, signal) {
      const response = await client.responses.create(
        {
          model: connection.model,
          instructions: system,
          input: user,
          max_output_tokens: maxOutputTokens,
          // Nobody needs to look a judgement up there later.
          store: false,
          text: { format: { type: 'json_schema', name: 'selection', strict: true, schema } },
        },
        { signal },
      )
      if (response.status === 'incomplete') {
        const reason = response.incomplete_details?.reason
        if (reason === 'content_filter') throw new ModelError('refusal', 'The answer was filtered.')
        throw new ModelError('truncated', 'The answer was cut off.')
      }
      if (response.status !== 'completed') {
        throw new ModelError('server_error', `The answer ended as ${response.status}.`)
      }
      const parts = response.output.flatMap((item) => (item.type === 'message' ? item.content : []))
      if (parts.some(({ type }) => type === 'refusal')) {
        throw new ModelError('refusal', 'The model refused to answer.')
      }
      const { usage } = response
      return {
        text: parts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
        usage: {
          input: usage?.input_tokens ?? 0,
          output: usage?.output_tokens ?? 0,
          cached: usage?.input_tokens_details?.cached_tokens ?? 0,
        },
      }
    },
  }
}

/** Loaded when a model is first asked: a service without models starts faster without it. */
export async function openaiClient({ baseUrl, fetch }: Pick<Connection, 'baseUrl' | 'fetch'>) {
  const { default: OpenAI } = await import('openai')
  return new OpenAI({
    // The real key is put on by the fetch; a missing one would be looked for in the environment.
    apiKey: 'set-by-facet',
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: baseUrl,
    maxRetries: 0,
    logLevel: 'off',
    fetch,
  })
}
