import type { Refusal } from '../../access/guards/refusal.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { CallGuards, GuardedCall } from './call-guards.ts'

/** Something that runs entries, and what stands before it. */
export interface GuardedContext {
  readonly callGuards: CallGuards
}

/**
 * That nothing stands in the way of a call.
 *
 * @param use where a refusal is taken down, to be recorded
 * @throws {FacetError} with the code of the refusal.
 */
export async function requirePass(
  context: GuardedContext,
  call: GuardedCall,
  use?: { refusal: Refusal | undefined },
): Promise<void> {
  const asked = context.callGuards.refusalOf(call)
  const refusal = asked && (await asked)
  if (!refusal) return
  if (use) use.refusal = refusal
  const { code, reason, details } = refusal
  throw new FacetError(code, reason, { details })
}
