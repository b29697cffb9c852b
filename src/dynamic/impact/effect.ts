import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { Verdict } from '../../rules/filter.ts'
import type { CompiledRule } from '../compile.ts'
import type { Held } from '../held.ts'
import type { List } from '../list.ts'
import type { DynamicServer } from '../servers.ts'
import type { ImpactContext } from './context.ts'
import { listAfter, type Member } from './list-after.ts'
import { type MayAsk, mayAsk } from './may-ask.ts'
import { standingOf } from './standing.ts'
import type { Concerned, Touched, Verdicts } from './verdicts.ts'

/** The lists of a server as they are and as they would be; the same object where nothing changes. */
export interface Effect {
  readonly before: ReadonlyMap<EntryType, List>
  readonly after: ReadonlyMap<EntryType, List>
  readonly assumed: readonly number[]
  readonly mayAsk: readonly MayAsk[]
}

type ByRule = ReadonlyMap<CompiledRule, Concerned>

/**
 * What a write would make of the lists of one server; undefined when none of the touched entries
 * matters to it, which is known without its membership.
 *
 * @throws {FacetError} when the server cannot be evaluated.
 */
export async function effectOn(
  { catalog, resolver, servers, now }: ImpactContext,
  server: DynamicServer,
  verdicts: Verdicts,
): Promise<Effect | undefined> {
  const said = await sayings(server, verdicts)
  const concerned = members(said)
  const usable = server.problem === undefined
  if (usable && ![...concerned].some((each) => matters(server, said, each))) return undefined
  const held = await resolver.hold(server)
  // From here to the end nothing waits: both sides are of the same catalog.
  const before = held.view(now().getTime()).view.lists
  const byType = Map.groupBy(concerned, ({ type }) => type)
  const context = { approvals: servers.approvals, hasCodes: resolver.gates.hasCodes }
  const after = ENTRY_TYPES.map((type): [EntryType, List] => {
    const touched = byType.get(type)
    if (!touched) return [type, before.get(type)!]
    const ids = new Set(touched.map(({ id }) => id))
    const joining = touched.flatMap((each) => memberAfter(held, said, each, catalog))
    return [type, listAfter(type, held, catalog, ids, joining, context)]
  })
  return {
    before,
    after: new Map(after),
    assumed: assumedOf(said, concerned),
    mayAsk: mayAsk(said),
  }
}

async function sayings({ rules }: DynamicServer, verdicts: Verdicts): Promise<ByRule> {
  const said = new Map<CompiledRule, Concerned>()
  for (const compiled of rules) {
    said.set(compiled, await verdicts.of(compiled.rule.type, compiled.filter))
  }
  return said
}

/** The entries that some include rule takes, before or after; no other can be a member. */
function members(said: ByRule): Set<Touched> {
  const found = new Set<Touched>()
  for (const [{ rule }, concerned] of said) {
    if (rule.effect === 'include') for (const touched of concerned.keys()) found.add(touched)
  }
  return found
}

/** Whether a touched entry comes, goes, looks different or may be ranked differently. */
function matters({ rules, definition }: DynamicServer, said: ByRule, touched: Touched): boolean {
  if (rules.some((rule) => rule.rule.mode !== 'rule' && said.get(rule)!.has(touched))) return true
  const says = (side: 'before' | 'after') => (rule: CompiledRule) =>
    said.get(rule)!.get(touched)?.[side] ?? 'no_match'
  const before = standingOf(rules, touched.before, says('before'))
  const after = standingOf(rules, touched.after, says('after'))
  if (before === undefined && after === undefined) return false
  if (before === undefined || after === undefined) return true
  if (touched.before!.shown !== touched.after!.shown) return true
  const ranked = definition.max_tools !== null || definition.max_tokens !== null
  return ranked && before !== after
}

function memberAfter(
  { server, membership }: Held,
  said: ByRule,
  touched: Touched,
  catalog: ImpactContext['catalog'],
): Member[] {
  const { after } = touched
  const rule = standingOf(server.rules, after, (compiled): Verdict => {
    const verdict = said.get(compiled)!.get(touched)?.after ?? 'no_match'
    if (compiled.rule.mode === 'rule' || verdict !== 'match') return verdict
    // A model is not asked for something that may never happen: what it chose, it chose.
    const { always = [], never = [] } = compiled.rule
    if (never.includes(after!.document.name)) return 'no_match'
    if (always.includes(after!.document.name)) return 'match'
    const slot = catalog.index(touched.type).slotOf(touched.id)
    const used = membership.rules.find((each) => each.compiled.index === compiled.index)
    return slot !== undefined && used?.set.matched.has(slot) ? 'match' : 'no_match'
  })
  return rule === undefined ? [] : [{ entry: after!, rule }]
}

/** Rules of a model that would have to be asked about a touched entry. */
function assumedOf(said: ByRule, concerned: ReadonlySet<Touched>): number[] {
  return [...said].flatMap(([{ rule, index }, answers]) =>
    rule.mode !== 'rule' && [...concerned].some((each) => answers.get(each)?.after === 'match')
      ? [index]
      : [],
  )
}
