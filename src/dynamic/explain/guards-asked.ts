import { demandsOf } from '../guards/demands.ts'
import { type AskedCall, type StandingContext, standingBefore } from '../guards/standing.ts'
import type { ExplainedGuard } from './answer.ts'

/** The guards that would look at a call of an entry that can be called. */
export async function guardsAsked(
  context: StandingContext,
  call: AskedCall,
): Promise<readonly ExplainedGuard[]> {
  const standing = await standingBefore(context, call)
  return standing.map((guard) => {
    const { id, definition, compiled } = guard
    const isForSome = compiled !== undefined && definition.who.trim() !== 'true'
    const depends = call.caller === undefined && isForSome ? ({ depends: true } as const) : {}
    return { id, kind: String(definition.kind), text: demandsOf(guard), ...depends }
  })
}
