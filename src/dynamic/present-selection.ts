import type { Catalog } from '../catalog/catalog.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { ChangedText, SelectionReport } from '../selection/selector.ts'
import { mostMessage, takesMost } from '../selection/share.ts'
import type { CompiledRule } from './compile.ts'
import type { ChosenSet } from './membership/chosen-set.ts'
import type { ChosenSets } from './membership/chosen-sets.ts'
import { isMeaning, meaningOf, selectionKeys } from './membership/meaning-rule.ts'
import { SelectionPage, type SelectionQuery, type ShownCandidate } from './selection-page.ts'
import type { DynamicServer } from './servers.ts'

/** The rules of a server that are answered by meaning, each with its set when it is open. */
export function meaningRules(server: DynamicServer, chosen: ChosenSets) {
  const keys = selectionKeys(server.id, server.rules)
  return server.rules
    .filter(({ rule }) => isMeaning(rule))
    .map((compiled) => ({ compiled, set: chosen.find(keys.get(compiled.index)!) }))
}

/** How candidates of the rules of a server came to be chosen or not, one page at a time. */
export function presentSelection(
  server: DynamicServer,
  chosen: ChosenSets,
  catalog: Catalog,
  query: SelectionQuery,
) {
  const page = new SelectionPage(query)
  const rules = meaningRules(server, chosen)
    .filter(({ compiled }) => query.rule === undefined || compiled.index === query.rule)
    .map(({ compiled, set }) => ({
      ...asked(compiled),
      ...(set ? standing(set, catalog) : UNOPENED),
      entries: set ? page.of(compiled.index, set).map(presentEntry) : [],
    }))
  const { nextCursor } = page
  return { server: server.id, rules, ...(nextCursor && { next_cursor: nextCursor }) }
}

function asked({ index, rule }: CompiledRule) {
  const meaning = meaningOf(rule)
  const { mode, type, effect } = meaning
  const question = meaning.mode === 'llm' ? meaning.prompt : meaning.query
  return { rule: index, mode, type, effect, question }
}

const UNOPENED = {
  state: 'cold',
  coverage: { judged: 0, of: 0 },
  pending: 0,
  warnings: [],
} as const

function standing(set: ChosenSet, catalog: Catalog) {
  const { mode, state, coverage, share, pending, error, held, run } = set.live.report()
  return {
    state,
    coverage,
    pending,
    warnings: takesMost(share) ? [{ code: 'takes_most', message: mostMessage(mode, share) }] : [],
    ...(error && { error: presentError(error) }),
    ...(held && { held: { drops: refs(held.drops, catalog), adds: refs(held.adds, catalog) } }),
    ...(run && { run }),
  }
}

function presentError({ kind, message, at, retryAt }: NonNullable<SelectionReport['error']>) {
  return { kind, message, at, retry_at: retryAt }
}

function presentEntry({ entry, selected }: ShownCandidate) {
  const { id, name, source } = entry.document
  const { matched, by, reason, model, judgedAt, cached, suspicions, changed, rank } = selected
  return {
    id,
    name,
    source,
    matched,
    by,
    // Set apart, because it is the opinion of a model about a text that anybody may have written.
    ...(reason === undefined ? {} : { model_says: reason }),
    ...(model === undefined ? {} : { model }),
    ...(judgedAt === undefined ? {} : { judged_at: judgedAt }),
    ...(cached === undefined ? {} : { cached }),
    ...(suspicions ? { suspicions } : {}),
    ...(changed ? { changed: presentChange(changed) } : {}),
    ...(rank === undefined ? {} : { rank }),
  }
}

/** What it was, for people to compare with what it is. */
function presentChange({ at, ...was }: ChangedText) {
  return { at, was }
}

function refs(ids: readonly string[], catalog: Catalog) {
  return ids.map((id) => ({ id, name: catalog.get(id)?.document.name ?? id }))
}

export interface Rejudge {
  /** Index of the one rule it is about; all rules by default. */
  readonly rule?: number | undefined
  /** Publishes held answers instead of asking anew. */
  readonly confirm?: boolean | undefined
}

/**
 * Has rules judged anew, or publishes what is held.
 *
 * @throws {FacetError} `nothing_held`, `invalid_request`, `selection_failed`, `selection_over_budget`
 */
export async function rejudge(
  server: DynamicServer,
  chosen: ChosenSets,
  { rule, confirm = false }: Rejudge,
): Promise<void> {
  const all = meaningRules(server, chosen)
  const wanted = all.filter(({ compiled }) => rule === undefined || compiled.index === rule)
  if (wanted.length === 0) {
    const message = `${rule === undefined ? `${server.id} has no rule` : `Rule ${rule} is not`} of mode llm or semantic.`
    throw new FacetError('invalid_request', message, { errors: [{ path: 'rule', message }] })
  }
  const sets = wanted.flatMap(({ set }) => set ?? [])
  if (!confirm) return void (await Promise.all(sets.map((set) => set.rejudge())))
  const confirmed = await Promise.all(sets.map(({ live }) => live.confirm()))
  if (confirmed.includes(true)) return
  throw new FacetError('nothing_held', 'No new answer waits to be confirmed.')
}
