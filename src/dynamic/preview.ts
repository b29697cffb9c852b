import type { Caller } from '../access/caller.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import { LIMITS } from '../rules/limits.ts'
import { compileRules } from './compile.ts'
import { type Rule, type ServerDefinition, serverDefinition } from './definition.ts'
import type { List, Listed } from './list.ts'
import type { Membership } from './membership/membership.ts'
import type { Memberships } from './membership/memberships.ts'
import { overrideWarnings } from './overrides/check.ts'
import { type OverriddenFields, overriddenFields } from './overrides/fields.ts'
import { type Unfit, unfitWarnings } from './overrides/stage.ts'
import type { Subjected } from './permit/grounds.ts'
import { type PermitTools, viewThrough } from './permit/look-through.ts'
import {
  mostWarnings,
  type PreviewSelection,
  selectionsOf,
  unjudgedWarnings,
} from './preview-selection.ts'
import { type RuleReport, reportsOf } from './report.ts'
import type { Review, Withheld } from './review/stage.ts'
import { exposureWarnings } from './search/exposure-warnings.ts'
import type { Trimmed } from './stages/budget.ts'
import type { Shadowed } from './stages/shadow.ts'
import { tokensOfList } from './tokens.ts'
import { type Contended, contendAll, listFor, toView, type View } from './view.ts'
import { type PreviewWarning, warningsOf } from './warnings.ts'

/** One entry of a simulated catalog. */
export interface PreviewEntry {
  readonly id: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly source: string
  readonly uri?: string
  /** Indexes of the include rules that match it. */
  readonly matched_by: readonly number[]
  /** What an override of the server changed on it. */
  readonly overridden?: OverriddenFields
}

export interface Preview {
  readonly tools: readonly PreviewEntry[]
  readonly prompts: readonly PreviewEntry[]
  readonly resources: readonly PreviewEntry[]
  readonly resource_templates: readonly PreviewEntry[]
  readonly counts: Readonly<Record<CatalogKey, number>>
  readonly estimated_tokens: number
  readonly rules: readonly {
    readonly index: number
    readonly matched: number
    readonly only_here: number
    readonly flags: readonly string[]
    /** Of rules that are answered by meaning. */
    readonly selection?: PreviewSelection
  }[]
  /** Members whose override does not fit them. */
  readonly unfit: readonly Unfit[]
  /** Members that would wait for a decision, or were rejected. */
  readonly withheld: readonly Withheld[]
  readonly shadowed: readonly Shadowed[]
  readonly trimmed: readonly Trimmed[]
  /** How many there are of each of these four. */
  readonly left_out: Readonly<Record<'unfit' | 'withheld' | 'shadowed' | 'trimmed', number>>
  readonly warnings: readonly PreviewWarning[]
  /** Through whose eyes the lists are, and what that takes out of them. */
  readonly caller?: SeenBy
  readonly diff?: {
    readonly added: readonly DiffEntry[]
    readonly removed: readonly DiffEntry[]
    readonly counts: { readonly added: number; readonly removed: number }
  }
}

export interface SeenBy {
  readonly id: string
  /** Members the caller may not use. */
  readonly not_permitted: Readonly<Record<CatalogKey, number>>
  /** Of those that may be used, what the caller hides from their own lists. */
  readonly hidden: Readonly<Record<CatalogKey, number>>
}

export interface DiffEntry {
  readonly id: string
  readonly type: EntryType
  readonly name: string
  readonly source: string
}

export type CatalogKey = 'tools' | 'prompts' | 'resources' | 'resource_templates'

/** The key of a type in catalog answers. */
export const CATALOG_KEYS: Readonly<Record<EntryType, CatalogKey>> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  resource_template: 'resource_templates',
}

export interface PreviewContext {
  readonly catalog: Catalog
  readonly memberships: Memberships
  readonly tools: PermitTools
}

export interface PreviewOptions {
  /** Whose naming, budget and overrides apply; else the usual ones. */
  readonly definition?: ServerDefinition
  /** Decisions about members; without them all count as approved. */
  readonly reviewed?: Review | undefined
  readonly served?: View | undefined
  readonly ask?: boolean
  /** Most entries each list names; all of them when absent. */
  readonly limit?: number
  /** Whose lists to make; those of somebody who may use everything when absent. */
  readonly through?: { readonly server: Subjected; readonly caller: Caller } | undefined
}

/**
 * Simulates the catalog that rules would make, writing nothing. With `served`, the view clients
 * get now, the answer says what would join and what would leave. Rules in use elsewhere cost
 * nothing; others are given up when they take too much work. Models are asked only with `ask`: else
 * what they said before counts, and the answer says what asking would take.
 *
 * @throws {FacetError} `invalid_filter`, `selector_not_configured`, `too_expensive`; with `ask` also
 * `selection_failed` and `selection_over_budget`.
 */
export async function preview(
  context: PreviewContext,
  rules: readonly Rule[],
  options: PreviewOptions = {},
): Promise<Preview> {
  const { catalog, memberships } = context
  const compiled = compileRules(rules)
  const definition = options.definition ?? serverDefinition.parse({ name: 'preview' })
  const { ask = false, limit, reviewed } = options
  const membership = await memberships.open(compiled, { meter: { left: LIMITS.runSteps }, ask })
  try {
    const contended = () => {
      const { hasCodes } = context.tools.gates
      return contendAll(membership, catalog, definition, { hasCodes, reviewed })
    }
    const { through } = options
    const seen =
      through && (await viewThrough(context.tools, through.server, through.caller, contended))
    const shown = contended()
    const arranged = new Map(
      [...shown].map(([type, of]) => {
        return [type, listFor(of, definition, { index: catalog.index(type) })]
      }),
    )
    const whole = toView('preview', definition, arranged, 0)
    const { unfit, withheld, shadowed } = whole
    const { lists, listed, trimmed } = seen ?? whole
    const reports = reportsOf(membership, catalog)
    const selections = selectionsOf(membership)
    const entries = Object.fromEntries(
      ENTRY_TYPES.map((type) => [
        CATALOG_KEYS[type],
        listed
          .get(type)!
          .slice(0, limit)
          .map((each) => previewEntry(each, membership, catalog)),
      ]),
    ) as Record<CatalogKey, PreviewEntry[]>
    const counts = countsOf((type) => listed.get(type)!.length)
    return {
      ...entries,
      counts,
      estimated_tokens: tokensOfList(listed.get('tool')!),
      rules: reports.map((report) => ({
        ...presentReport(report),
        ...selections.get(report.index),
      })),
      unfit: unfit.slice(0, limit),
      withheld: withheld.slice(0, limit),
      shadowed: shadowed.slice(0, limit),
      trimmed: trimmed.slice(0, limit),
      left_out: {
        unfit: unfit.length,
        withheld: withheld.length,
        shadowed: shadowed.length,
        trimmed: trimmed.length,
      },
      warnings: [
        ...unjudgedWarnings(selections),
        ...mostWarnings(membership),
        ...warningsOf(compiled, reports, shadowed, trimmed),
        ...unfitWarnings(unfit),
        ...overrideWarnings(catalog, definition),
        ...exposureWarnings(definition, lists.get('tool')!, shadowed),
      ],
      ...(seen && through ? { caller: seenBy(through.caller, seen, shown) } : {}),
      ...(options.served ? { diff: diffOf(options.served.lists, lists, limit) } : {}),
    }
  } finally {
    memberships.release(membership)
  }
}

function countsOf(count: (type: EntryType) => number): Record<CatalogKey, number> {
  const counts = ENTRY_TYPES.map((type) => [CATALOG_KEYS[type], count(type)])
  return Object.fromEntries(counts) as Record<CatalogKey, number>
}

function seenBy(
  { id }: Caller,
  { lists, listed, trimmed }: View,
  shown: ReadonlyMap<EntryType, Contended>,
): SeenBy {
  const permitted = (type: EntryType) =>
    lists.get(type)!.length + (type === 'tool' ? trimmed.length : 0)
  return {
    id,
    not_permitted: countsOf((type) => shown.get(type)!.shown.length - permitted(type)),
    hidden: countsOf((type) => lists.get(type)!.length - listed.get(type)!.length),
  }
}

function presentReport({ index, matched, onlyHere, flags }: RuleReport) {
  return { index, matched, only_here: onlyHere, flags }
}

function previewEntry(
  { entry, name }: Listed,
  membership: Membership,
  catalog: Catalog,
): PreviewEntry {
  const { id, type, title, description, tags, source, federated, uri, uriTemplate } = entry.document
  const changed = overriddenFields(entry)
  const slot = catalog.index(type).slotOf(id)
  return {
    id,
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    tags,
    source,
    ...(uri === undefined ? {} : { uri }),
    ...(uriTemplate === undefined ? {} : { uriTemplate }),
    // One that was deleted a moment ago has no rules left that match it.
    matched_by: slot === undefined ? [] : membership.matchedBy(type, slot, federated),
    ...(changed ? { overridden: changed } : {}),
  }
}

function diffOf(before: View['lists'], after: View['lists'], limit: number | undefined) {
  const added: Listed[] = []
  const removed: Listed[] = []
  for (const type of ENTRY_TYPES) {
    const [old, next] = [before.get(type)!, after.get(type)!]
    added.push(...without(next, old))
    removed.push(...without(old, next))
  }
  return {
    added: added.slice(0, limit).map(diffEntry),
    removed: removed.slice(0, limit).map(diffEntry),
    counts: { added: added.length, removed: removed.length },
  }
}

/** What one list shows and another does not. */
function without(list: List, other: List): Listed[] {
  const ids = new Set(other.entries.map(({ record }) => record.id))
  return [...list].filter(({ entry }) => !ids.has(entry.record.id))
}

function diffEntry({ entry: { record }, name }: Listed): DiffEntry {
  return { id: record.id, type: record.type, name, source: record.source }
}
