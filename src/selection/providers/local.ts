import type { ChatCompletion } from 'openai/resources/chat/completions'
import { estimateTokens } from './estimate.ts'
import { ModelError } from './model-error.ts'
import { openaiClient } from './openai.ts'
import type { Connection, ModelAnswer, ModelProvider, ModelRequest } from './port.ts'

/** How firmly a server can be told the shape of its answer, firmest first. */
const LEVELS = ['json_schema', 'json_object', 'text'] as const

/** Below this share of the tokens we expect, the server has dropped part of the prompt. */
const SEEN_SHARE = 0.6
/** Below this no context is too small, and estimates are too rough. */
const LONG_PROMPT = 1_000

/**
 * Ollama, vLLM, llama.cpp, LM Studio and whatever else speaks chat.completions. A server that
 * refuses a schema is asked again without; what it does take is remembered.
 */
export async function localProvider(connection: Connection): Promise<ModelProvider> {
  const client = await openaiClient(connection)
  let level = 0

  async function complete(request: ModelRequest, signal: AbortSignal) {
    const { system, user, schema, maxOutputTokens } = request
    const json_schema = { name: 'selection', strict: true, schema }
    const kind = LEVELS[level]!
    return client.chat.completions.create(
      {
        model: connection.model,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: user },
        ],
        ...(kind === 'json_schema'
          ? { response_format: { type: kind, json_schema } }
          : kind === 'json_object'
            ? { response_format: { type: kind } }
            : {}),
        max_tokens: maxOutputTokens,
        temperature: 0,
        seed: 1,
      },
      { signal },
    )
  }

  return {
    async ask(request, signal) {
      for (;;) {
        const tried = level
        try {
          return answerOf(await complete(request, signal), request)
        } catch (error) {
          const { status } = error as { status?: unknown }
          if (status !== 400 && status !== 422) throw error
          if (tried === LEVELS.length - 1) throw error
          level = Math.max(level, tried + 1)
        }
      }
    },
  }
}

function answerOf({ choices, usage }: ChatCompletion, request: ModelRequest): ModelAnswer {
  const choice = choices?.[0]
  if (!choice) throw new ModelError('unparseable', 'The server sent no answer.')
  if (choice.finish_reason === 'length')
    throw new ModelError('truncated', 'The answer was cut off.')
  if (choice.message.refusal || choice.finish_reason === 'content_filter') {
    throw new ModelError('refusal', 'The model refused to answer.')
  }
  const expected = estimateTokens(request.system + request.user)
  const seen = usage?.prompt_tokens
  if (seen !== undefined && expected > LONG_PROMPT && seen < expected * SEEN_SHARE) {
    throw new ModelError(
      'context_truncated',
      'The server dropped part of the prompt: its context is too small.',
    )
  }
  return {
    text: choice.message.content ?? '',
    usage: {
      input: seen ?? expected,
      output: usage?.completion_tokens ?? 0,
      cached: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    },
  }
}
