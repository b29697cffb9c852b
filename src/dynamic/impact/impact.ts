import type { Hypothetical } from '../../catalog/hypothetical.ts'
import { FacetError } from '../../errors/facet-error.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import type { DynamicServer } from '../servers.ts'
import { compareLists, type ShownEntry } from './compare.ts'
import type { ImpactContext } from './context.ts'
import { type Effect, effectOn } from './effect.ts'
import type { MayAsk } from './may-ask.ts'
import { countTokens } from './tokens.ts'
import { touchedBy, Verdicts } from './verdicts.ts'

/** What a write would change on one server. */
export interface ServerImpact {
  readonly server: string
  /** The first entries it would show and does not show now. */
  readonly gains: readonly ShownEntry[]
  /** The first entries it would not show any more. */
  readonly loses: readonly ShownEntry[]
  /** The first entries it would show otherwise. */
  readonly changes: readonly ShownEntry[]
  readonly counts: { readonly gains: number; readonly loses: number; readonly changes: number }
  /** Estimated tokens of the tools it lists. */
  readonly tokens: { readonly before: number; readonly after: number; readonly difference: number }
  /** Indexes of the rules that ask a model: taken to answer as they do now. */
  readonly assumed?: readonly number[]
  /** Entries a model may be asked about because of the write; what it will say is not known. */
  readonly may_ask?: readonly MayAsk[]
}

/** What a write would change on all active servers. */
export interface Impact {
  readonly servers: readonly ServerImpact[]
  /** Active servers on which clients would see no difference. */
  readonly unaffected: number
  readonly failed: readonly { readonly server: string; readonly code: string }[]
}

/** Entries named in each list of a server; the counts cover all. */
const NAMED = 100
/** Entries named in a whole answer, so that thousands of servers make no endless one. */
const NAMED_IN_ALL = 20_000

/**
 * What a write would change on every active server, the built-in one included, in order of
 * creation. Nothing is written. Only servers on which a touched entry is a member, or would be, are
 * opened. A frozen server is looked at as if its freeze ended now.
 */
export async function impactOf(
  context: ImpactContext,
  changes: readonly Hypothetical[],
): Promise<Impact> {
  const { servers, resolver } = context
  const { turns } = resolver.memberships
  const verdicts = new Verdicts(changes.map(touchedBy), turns)
  const affected: ServerImpact[] = []
  const failed: { server: string; code: string }[] = []
  let unaffected = 0
  let room = NAMED_IN_ALL
  for (const server of [...servers.all(), servers.get('all')]) {
    if (server.definition.status !== 'active') continue
    const turn = turns.check()
    if (turn) await turn
    try {
      const impact = await onServer(context, server, verdicts, room)
      if (impact) affected.push(impact)
      else unaffected++
      if (impact) room -= impact.gains.length + impact.loses.length + impact.changes.length
    } catch (error) {
      if (!(error instanceof FacetError)) throw error
      failed.push({ server: server.id, code: error.code })
    }
  }
  return { servers: affected, unaffected, failed }
}

async function onServer(
  context: ImpactContext,
  server: DynamicServer,
  verdicts: Verdicts,
  room: number,
): Promise<ServerImpact | undefined> {
  const effect = await effectOn(context, server, verdicts)
  if (!effect) return undefined
  const { turns } = context.resolver.memberships
  const gains: ShownEntry[] = []
  const loses: ShownEntry[] = []
  const changes: ShownEntry[] = []
  for (const type of ENTRY_TYPES) {
    const [before, after] = [effect.before.get(type)!, effect.after.get(type)!]
    if (before === after) continue
    const difference = await compareLists(before, after, turns)
    gains.push(...difference.gains)
    loses.push(...difference.loses)
    changes.push(...difference.changes)
  }
  const counts = { gains: gains.length, loses: loses.length, changes: changes.length }
  const differs = counts.gains + counts.loses + counts.changes > 0
  if (!differs && effect.mayAsk.length === 0) return undefined
  const named = Math.min(NAMED, Math.max(0, Math.floor(room / 3)))
  return {
    server: server.id,
    gains: gains.slice(0, named),
    loses: loses.slice(0, named),
    changes: changes.slice(0, named),
    counts,
    tokens: await tokensOf(context, effect),
    ...(effect.assumed.length > 0 ? { assumed: effect.assumed } : {}),
    ...(effect.mayAsk.length > 0 ? { may_ask: effect.mayAsk } : {}),
  }
}

async function tokensOf({ resolver }: ImpactContext, effect: Effect) {
  const { turns } = resolver.memberships
  const [was, is] = [effect.before.get('tool')!, effect.after.get('tool')!]
  const before = await countTokens(was, turns)
  const after = is === was ? before : await countTokens(is, turns)
  return { before, after, difference: after - before }
}
