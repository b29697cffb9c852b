import type { JsonObject } from '../../store/ports.ts'
import type { Caller } from '../caller.ts'
import type { CompiledArguments, CompiledDeny } from './compile.ts'
import type { ArgumentsDefinition } from './definition.ts'

/** What is called, with what, by whom. */
export interface CheckedCall {
  readonly arguments: JsonObject
  /** The document of the entry. */
  readonly entry: object
  readonly caller: Caller
}

/** Work one check may take, as filters count it: about 10 ms. */
const STEPS = 1_000_000

const TOO_MUCH = 'The arguments take too much work to check; send less.'

/**
 * What an argument guard has against a call; undefined for nothing. What cannot be decided is held
 * against it.
 */
export function objectionTo(
  call: CheckedCall,
  definition: ArgumentsDefinition,
  { deny, condition }: CompiledArguments,
): string | undefined {
  return (
    tooLarge(call.arguments, definition) ??
    denied(call.arguments, deny) ??
    (condition && unmet(call, condition, definition.message))
  )
}

function tooLarge(
  args: JsonObject,
  { max_chars, max_bytes }: ArgumentsDefinition,
): string | undefined {
  if (max_chars === undefined && max_bytes === undefined) return undefined
  const json = textOf(args)
  if (json === undefined) return TOO_MUCH
  if (max_chars !== undefined && json.length > max_chars) {
    return `Input too large: ${json.length} characters, at most ${max_chars}.`
  }
  const bytes = max_bytes === undefined ? 0 : Buffer.byteLength(json)
  if (bytes <= (max_bytes ?? 0)) return undefined
  return `Input too large: ${bytes} bytes, at most ${max_bytes}.`
}

/** Undefined for what is nested deeper than anything can be written. */
function textOf(args: JsonObject): string | undefined {
  try {
    return JSON.stringify(args)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function denied(args: JsonObject, deny: readonly CompiledDeny[]): string | undefined {
  let steps = STEPS
  for (const { pattern, values, message } of deny) {
    const roots = values ? values(args, steps) : [args]
    if (!roots) return TOO_MUCH
    for (const text of textsIn(roots)) {
      steps -= 1 + text.length * pattern.steps
      if (steps < 0) return TOO_MUCH
      if (pattern.test(text)) return message ?? 'The arguments have a text that is not allowed.'
    }
  }
  return undefined
}

/** Every text below some values: names of members too, and numbers as they are written. */
function* textsIn(roots: readonly unknown[]): Generator<string> {
  const left: unknown[] = [...roots]
  while (left.length > 0) {
    const value = left.pop()
    if (typeof value === 'string') yield value
    else if (Array.isArray(value)) for (const element of value) left.push(element)
    else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        yield name
        left.push(member)
      }
    } else yield String(value)
  }
}

function unmet(
  { arguments: args, entry, caller }: CheckedCall,
  condition: NonNullable<CompiledArguments['condition']>,
  message = 'The arguments do not meet a condition of this server.',
): string | undefined {
  return condition.evaluate({ arguments: args, entry }, caller) === 'match' ? undefined : message
}
