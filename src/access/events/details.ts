import { isJsonObject } from '../../catalog/json.ts'
import type { Json, JsonObject } from '../../store/ports.ts'
import type { Redactor } from './redact.ts'
import { MASK } from './secret-members.ts'

/** Arguments and result of a call, for the sinks that asked for them. */
export interface Details {
  readonly params: JsonObject | null
  readonly result: string | null
}

/** How much of them the sinks want. */
export interface Wanted {
  readonly params: boolean
  /** Characters of the result; 0 for none of it. */
  readonly result: number
}

/** Characters kept of each text among the arguments. */
const PARAM = 500
/** Values looked at, and characters read, of one call: taking down must not hold it up. */
const MOST_VALUES = 1_000
const MOST_CHARACTERS = 131_072
const DEEPEST = 12
/** Read beyond what is kept: a secret must be seen whole to be known, or its beginning is left. */
const MARGIN = 8_192

const CUT = '...'

/** Takes what is wanted of a call, without secrets. It is bounded, however large the call is. */
export function takeDetails(
  redactor: Redactor,
  wanted: Wanted,
  args: JsonObject,
  result: JsonObject | string | undefined,
): Details {
  const taker = new Taker(redactor)
  return {
    params: wanted.params ? (taker.value(args, 0) as JsonObject) : null,
    result: wanted.result > 0 && result !== undefined ? taker.result(result, wanted.result) : null,
  }
}

class Taker {
  readonly #redactor: Redactor
  #values = MOST_VALUES
  #characters = MOST_CHARACTERS

  constructor(redactor: Redactor) {
    this.#redactor = redactor
  }

  text(text: string, keep: number): string {
    if (this.#characters <= 0) return CUT
    const read = text.slice(0, keep + MARGIN)
    this.#characters -= read.length
    return cut(this.#redactor.text(read), keep)
  }

  value(value: Json, depth: number): Json {
    if (this.#values-- <= 0 || depth > DEEPEST) return CUT
    if (typeof value === 'string') return this.text(value, PARAM)
    if (Array.isArray(value)) {
      return value.slice(0, MOST_VALUES).map((item) => this.value(item, depth + 1))
    }
    if (!isJsonObject(value)) return value
    const taken: [string, Json][] = []
    for (const name in value) {
      if (this.#values <= 0) break
      const member = this.#redactor.hides(name) ? MASK : this.value(value[name]!, depth + 1)
      taken.push([this.text(name, PARAM), member])
    }
    return Object.fromEntries(taken)
  }

  result(result: JsonObject | string, keep: number): string {
    if (typeof result === 'string') return this.text(result, keep)
    const parts = Array.isArray(result.content) ? result.content.slice(0, 100) : undefined
    const texts = parts?.map((part) =>
      isJsonObject(part) && typeof part.text === 'string'
        ? part.text.slice(0, keep + MARGIN)
        : JSON.stringify(this.value(part, 0)),
    )
    if (texts && texts.length > 0) return this.text(texts.join('\n'), keep)
    return cut(JSON.stringify(this.value(result.structuredContent ?? result, 0)), keep)
  }
}

/** The first characters of a text, and that there were more. */
export function cut(text: string, keep: number): string {
  return text.length <= keep ? text : `${text.slice(0, keep).toWellFormed()}${CUT}`
}
