import { isJsonObject } from '../../catalog/json.ts'
import type { CompletionRef } from '../../dynamic/complete.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { CompletionRequest } from '../../sources/run.ts'
import type { JsonObject } from '../../store/ports.ts'

/** @throws {FacetError} `invalid_cursor` */
export function cursorOf(cursor: unknown): string | undefined {
  if (cursor === undefined || typeof cursor === 'string') return cursor
  throw new FacetError('invalid_cursor', 'A cursor is a text that a list gave out.')
}

/** @throws {FacetError} `invalid_request` */
export function argumentsOf({ arguments: args = {} }: JsonObject): JsonObject {
  if (isJsonObject(args)) return args
  throw new FacetError('invalid_request', 'arguments is an object.')
}

/** @throws {FacetError} `invalid_request` */
export function completionOf({
  ref,
  argument,
  context,
}: JsonObject): CompletionRequest & { readonly ref: CompletionRef } {
  if (!isCompletionRef(ref)) {
    throw new FacetError('invalid_request', 'ref is a prompt by name or a resource by URI.')
  }
  if (!isJsonObject(argument)) throw incomplete()
  const { name, value } = argument
  if (typeof name !== 'string' || typeof value !== 'string') throw incomplete()
  return { ref, argument: { name, value }, ...(isJsonObject(context) ? { context } : {}) }
}

function isCompletionRef(ref: unknown): ref is CompletionRef {
  if (!isJsonObject(ref)) return false
  if (ref.type === 'ref/prompt') return typeof ref.name === 'string'
  return ref.type === 'ref/resource' && typeof ref.uri === 'string'
}

function incomplete(): FacetError {
  return new FacetError('invalid_request', 'argument has a name and a value.')
}
