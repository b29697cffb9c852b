import type { Caller } from '../access/caller.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { CompletionRequest, RunContext } from '../sources/run.ts'
import type { JsonObject } from '../store/ports.ts'
import { findNamed } from './find.ts'
import { requirePass } from './guards/pass.ts'
import type { InvokeContext } from './invoke.ts'
import type { Listed } from './list.ts'
import type { View } from './view.ts'

/** What completion is for: a prompt by the name shown here, or a resource template by its URI. */
export type CompletionRef =
  | { readonly type: 'ref/prompt'; readonly name: string }
  | { readonly type: 'ref/resource'; readonly uri: string }

/**
 * Values an argument may have, from the source of a prompt or template that the caller's view
 * shows now.
 *
 * @throws {FacetError} `not_found`, what a guard has against it, or what the source threw.
 */
export async function complete(
  context: InvokeContext,
  server: string,
  caller: Caller,
  ref: CompletionRef,
  request: CompletionRequest,
  run: RunContext,
): Promise<JsonObject> {
  const listed = find(await context.resolver.resolve(server, caller), ref)
  if (listed) {
    const { entry } = listed
    const { session } = run
    await requirePass(context, { server, caller, entry, args: argumentsOf(request), session })
    return context.runner.complete(entry, request, run)
  }
  const what = ref.type === 'ref/prompt' ? `prompt: ${ref.name}` : `resource: ${ref.uri}`
  throw new FacetError('not_found', `Unknown ${what}`)
}

/** All that goes to the source of what somebody typed. */
function argumentsOf({ argument, context }: CompletionRequest): JsonObject {
  return { ...(context?.arguments as JsonObject | undefined), [argument.name]: argument.value }
}

function find(view: View, ref: CompletionRef): Listed | undefined {
  if (ref.type === 'ref/prompt') return findNamed(view, 'prompt', ref.name)
  const types = ['resource_template', 'resource'] as const
  for (const type of types) {
    const listed = view.lists.get(type)!.find(ref.uri)
    if (listed) return listed
  }
  return undefined
}
