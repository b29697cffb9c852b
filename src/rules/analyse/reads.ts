import type { Node, QueryNode, Segment } from '../ir.ts'
import { callAtoms, fieldOf, membershipAtoms, nameOf, selectedTags } from './atoms.ts'

/** What of an entry can change a filter's answer. */
export interface Reads {
  /** Top-level fields; `all` when the filter may look anywhere. */
  readonly fields: ReadonlySet<string> | 'all'
  /** Of the tags only whether these are there; `all` when anything about them may matter. */
  readonly tags: ReadonlySet<string> | 'all'
  /** Whether it matters how many tags there are, whatever they are. */
  readonly tagCount: boolean
}

/** Derives from the compiled form of a filter what its answer can depend on. Never too little. */
export function readsOf(node: Node): Reads {
  const fields = new Set<string>()
  const tags = new Set<string>()
  const seen = { anywhere: false, allTags: false, tagCount: false }
  const field = (name: string) => {
    if (name === 'tags') seen.allTags = true
    else fields.add(name)
  }
  const query = (read: QueryNode) => {
    for (const segment of read.segments) conditionsOf(segment).forEach(visit)
    if (read.root !== 'entry') return
    const name = nameOf(read, 0)
    if (name === undefined) seen.anywhere = true
    else field(name)
  }
  const visit = (part: Node): void => {
    const literals = tagsIn(part)
    if (literals) {
      for (const tag of literals) tags.add(tag)
      return
    }
    if (countsTags(part)) seen.tagCount = true
    else if (part.kind === 'query') query(part)
    else for (const child of childrenOf(part)) visit(child)
  }
  visit(node)
  if (seen.anywhere) return { fields: 'all', tags: 'all', tagCount: true }
  return { fields, tags: seen.allTags ? 'all' : tags, tagCount: seen.tagCount }
}

/** `len(tags)`, `length($.tags)` */
function countsTags(node: Node): boolean {
  if (node.kind !== 'call' || (node.name !== 'len' && node.name !== 'length')) return false
  return node.args.length === 1 && fieldOf(node.args[0]!) === 'tags'
}

/** The tags a test is about, when tags are all it looks at and only whether they are there. */
function tagsIn(node: Node): string[] | undefined {
  const atoms =
    node.kind === 'membership'
      ? membershipAtoms(node)
      : node.kind === 'call'
        ? callAtoms(node)
        : node.kind === 'selects'
          ? selectedTags(node.query)
          : undefined
  if (!atoms?.every(({ field }) => field === 'tags')) return undefined
  return atoms.length === 0 ? undefined : atoms.map(({ value }) => String(value))
}

function conditionsOf({ selectors }: Segment): Node[] {
  return selectors.flatMap((selector) => (selector.kind === 'filter' ? [selector.condition] : []))
}

/** The nodes a node is made of. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'query':
      return []
    case 'list':
      return node.elements
    case 'call':
      return node.args
    case 'not':
      return [node.operand]
    case 'and':
    case 'or':
      return node.operands
    case 'compare':
      return [node.left, node.right]
    case 'regex':
      return [node.subject]
    case 'membership':
      return [node.item, node.container]
    case 'conditional':
      return [node.test, node.consequent, node.alternate]
    case 'exists':
    case 'selects':
      return [node.query]
  }
}
