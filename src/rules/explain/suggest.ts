import type { Filter } from '../filter.ts'
import type { Node } from '../ir.ts'
import type { Change } from './change.ts'
import { changeCall, changeMembership, changeSelected } from './change-elements.ts'
import { changeCompared, changeFlag, changeMatched } from './change-value.ts'
import { cheapestFlips, type Flip } from './flip.ts'
import { ownerOf } from './place.ts'
import { readsOf } from './reads.ts'
import { sourceOf, type Traced } from './trace.ts'

/** A change of an entry, and the clause it is for. */
export interface Suggestion extends Change {
  /** Text of the clause that would come out differently. */
  readonly clause: string
}

export interface Suggestions {
  readonly changes: readonly Suggestion[]
  /** Grows with the number of changes, and with how far they are out of reach. */
  readonly cost: number
}

/** What a change costs by who can make it: what only its source can change comes late, */
const COSTS = { anybody: 1, source: 10, nobody: 1_000 } as const

/** what others know the entry by is not changed lightly, */
const RENAMING = 3

/** and a clause that no change is known for comes later. */
const UNKNOWN = 20

const NEVER = 1_000_000

interface Entry {
  readonly document: object
  readonly federated: boolean
}

/** The fewest changes of an entry that would turn what a filter says of it. */
export function suggestChanges(
  traced: Traced,
  wanted: boolean,
  filter: Filter,
  entry: Entry,
): Suggestions {
  const costOf = (clause: Traced, to: boolean): number => {
    if (clause.node.kind === 'literal') return NEVER
    const change = changeOf(clause.node, to, entry.document)
    if (!change) return UNKNOWN
    const isName = change.field === 'name' || change.field === 'uri'
    return COSTS[ownerOf(change.field, entry.federated)] * (isName ? RENAMING : 1)
  }
  const { flips, cost } = cheapestFlips(traced, wanted, costOf)
  const changes = flips.map((flip) => suggest(flip, filter, entry))
  const texts = new Set<string>()
  return { changes: changes.filter(({ text }) => !texts.has(text) && texts.add(text)), cost }
}

function suggest({ clause, wanted }: Flip, filter: Filter, entry: Entry): Suggestion {
  const source = sourceOf(clause.node, filter)
  const change = changeOf(clause.node, wanted, entry.document)
  if (!change)
    return {
      text: inWords(clause, wanted, source, entry.document),
      field: undefined,
      clause: source,
    }
  const owner = ownerOf(change.field, entry.federated)
  const note = { anybody: '', source: ', at its source', nobody: ', which never changes' }[owner]
  return { ...change, text: `${change.text}${note}`, clause: source }
}

/** For clauses that say nothing about what would turn them. */
function inWords(
  { node, value }: Traced,
  wanted: boolean,
  source: string,
  document: object,
): string {
  if (node.kind === 'literal') return `write another filter: ${source} is the same for every entry`
  if (value === 'exhausted') return `make ${source} simpler: it takes too much work`
  if (value === 'subject') return `shorten what ${source} looks at: it is too long for a pattern`
  const reads = readsOf(node, document, null)
  const now = reads.map(({ path, value: shown }) => `${path} is ${shown}`).join(', ')
  return `make ${source} ${wanted ? 'true' : 'false'}${now && ` (${now})`}`
}

function changeOf(node: Node, wanted: boolean, document: object): Change | undefined {
  switch (node.kind) {
    case 'query':
      return changeFlag(node, wanted, document)
    case 'compare':
      return changeCompared(node, wanted, document)
    case 'regex':
      return changeMatched(node, wanted, document)
    case 'membership':
      return changeMembership(node, wanted, document)
    case 'selects':
      return changeSelected(node, wanted, document)
    case 'call':
      return changeCall(node, wanted, document)
    default:
      return undefined
  }
}
