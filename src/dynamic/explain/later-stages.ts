import type { Catalog } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { quoted } from '../../rules/explain/show-value.ts'
import type { Membership } from '../membership/membership.ts'
import { ranked } from '../stages/budget.ts'
import { tokensOf } from '../tokens.ts'
import type { View } from '../view.ts'
import type { BudgetStage, ListedStage, ShadowStage } from './answer.ts'

/** An entry and everything that decides over it. */
export interface Subject {
  readonly entry: Entry
  readonly slot: number
  readonly catalog: Catalog
  readonly membership: Membership
  /** What the membership makes now for those who may use everything, whatever is served. */
  readonly view: View
  /** The same for the caller it is explained for. */
  readonly seen: View
}

export const NOT_REACHED = { passed: null, text: 'not reached' } as const

/** Whether another member has the name. */
export function shadowStage({ entry, catalog, view }: Subject, reached: boolean): ShadowStage {
  if (!reached) return { stage: 'shadow', ...NOT_REACHED }
  const shadowed = view.shadowed.find(({ id }) => id === entry.record.id)
  if (!shadowed) return { stage: 'shadow', passed: true, text: 'no earlier entry has its name' }
  const other = catalog.get(shadowed.by)
  const name = quoted(shadowed.name)
  if (!other) {
    const text = `a tool of the server itself has the name ${name}`
    return { stage: 'shadow', passed: false, text, reserved: true }
  }
  const source = other.source.id
  const text = `an entry of the earlier source ${quoted(source)} has the name ${name}`
  const by = { id: shadowed.by, name: other.document.name, source }
  return { stage: 'shadow', passed: false, text, by }
}

/** Where the entry stands among those that compete for the budget of the server. */
export function budgetStage(subject: Subject, reached: boolean): BudgetStage {
  const { entry, seen: view } = subject
  const { max_tools, max_tokens } = view.definition
  if (entry.record.type !== 'tool' || (max_tools === null && max_tokens === null)) {
    return { stage: 'budget', passed: null, text: 'there is no budget for it' }
  }
  if (!reached) return { stage: 'budget', ...NOT_REACHED }
  const order = competitors(subject)
  const rank = order.findIndex((each) => each.entry.record.id === entry.record.id) + 1
  const trimmed = view.trimmed.find(({ id }) => id === entry.record.id)
  const place = { rank, of: order.length, tokens: order[rank - 1]?.tokens ?? 0 }
  if (!trimmed) return { stage: 'budget', passed: true, text: `rank ${rank} fits`, ...place }
  const { by } = trimmed
  const text = `rank ${rank} of ${order.length} does not fit ${by} (${view.definition[by]})`
  return { stage: 'budget', passed: false, text, ...place, by }
}

/** The tokens that have to fit for the entry to be in. */
export function tokensUpTo(subject: Subject, rank: number): number {
  const upTo = competitors(subject).slice(0, rank)
  return upTo.reduce((sum, { tokens }) => sum + tokens, 0)
}

function competitors({ catalog, membership, seen: view }: Subject) {
  const index = catalog.index('tool')
  const shown = view.lists.get('tool')!.map(({ entry, name }) => {
    return { entry, name, tokens: tokensOf({ entry, name }) }
  })
  const trimmed = view.trimmed.flatMap(({ id, name, tokens }) => {
    const entry = catalog.get(id)
    return entry ? [{ entry, name, tokens }] : []
  })
  return ranked(
    [...shown, ...trimmed].map(({ entry, name, tokens }) => {
      const slot = index.slotOf(entry.record.id)!
      const [rule = 0] = membership.matchedBy('tool', slot, entry.source.federated)
      return { entry, name, rule, tokens }
    }),
  )
}

/** The name clients see, and whether they are shown the entry or have to look for it. */
export function listedStage({ entry, seen: view }: Subject, name: string | null): ListedStage {
  if (name === null) return { stage: 'listed', ...NOT_REACHED }
  const { entries } = view.listed.get(entry.record.type)!
  if (!entries.some(({ record }) => record.id === entry.record.id)) {
    const text = `not listed, and can be used as ${quoted(name)}`
    return { stage: 'listed', passed: false, text }
  }
  const { exposure, pinned } = view.definition
  const isFound = entry.record.type === 'tool' && exposure === 'search' && !pinned.includes(name)
  const text = isFound ? `found with search_tools as ${quoted(name)}` : `listed as ${quoted(name)}`
  return { stage: 'listed', passed: true, text }
}

/** An entry as the view shows it; undefined where it does not. */
export function shownAs({ entry, view }: Subject): Entry | undefined {
  const { entries } = view.lists.get(entry.record.type)!
  return entries.find(({ record }) => record.id === entry.record.id)
}

/** The name a view shows an entry under; null when it does not show it. */
export function nameIn({ lists }: View, { record }: Entry): string | null {
  for (const { entry, name } of lists.get(record.type)!) {
    if (entry.record.id === record.id) return name
  }
  return null
}
