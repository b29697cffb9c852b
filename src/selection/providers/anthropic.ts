import { ModelError } from './model-error.ts'
import type { Connection, ModelProvider } from './port.ts'

/** Anthropic, by the Messages API. No temperature: current models refuse it. */
export async function anthropicProvider(connection: Connection): Promise<ModelProvider> {
  const { default: Anthropic } = await import('@anthropic-ai/sdk')
  const client = new Anthropic({
    apiKey: 'set-by-facet',
    authToken: null,
    baseURL: connection.baseUrl,
    maxRetries: 0,
    // Time is kept outside; without a value here long answers are refused beforehand.
    timeout: 3_600_000,
    logLevel: 'off',
    fetch: connection.fetch,
  })
  return {
    async ask({ system, user, schema, maxOutputTokens }, signal) {
      const message = await client.messages.create(
        {
          model: connection.model,
          max_tokens: maxOutputTokens,
          system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
          messages: [{ role: 'user', content: user }],
          output_config: { format: { type: 'json_schema', schema } },
        },
        { signal },
      )
      const { stop_reason, usage } = message
      if (stop_reason === 'refusal') throw new ModelError('refusal', 'The model refused to answer.')
      if (stop_reason === 'max_tokens' || stop_reason === 'model_context_window_exceeded') {
        throw new ModelError('truncated', 'The answer was cut off.')
      }
      const cached = usage.cache_read_input_tokens ?? 0
      return {
        text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
        usage: {
          // Input tokens leave out what the cache was read for and written with.
          input: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0),
          output: usage.output_tokens,
          cached,
        },
      }
    },
  }
}
