import type { JsonObject } from '../../store/ports.ts'

/** One question to a model, in words every provider has. */
export interface ModelRequest {
  readonly system: string
  readonly user: string
  /** Shape of the answer, in the JSON Schema all providers take. Whether it is kept to is checked. */
  readonly schema: JsonObject
  readonly maxOutputTokens: number
}

export interface Usage {
  /** All tokens read, cached ones too. */
  readonly input: number
  readonly output: number
  readonly cached: number
}

export interface ModelAnswer {
  readonly text: string
  readonly usage: Usage
}

/** Speaks the wire format of one kind of provider: one HTTP request a call, no retries. */
export interface ModelProvider {
  /** @throws {ModelError} */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>
}

/** What a provider needs to connect. */
export interface Connection {
  readonly baseUrl: string
  readonly model: string
  /** A fetch that reaches this base URL only and sends nothing it was not told to. */
  readonly fetch: typeof fetch
}
