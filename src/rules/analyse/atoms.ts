import type { CallNode, CompareNode, MembershipNode, Node, QueryNode } from '../ir.ts'

/** A test of one indexed field that a catalog answers without looking at its entries. */
export type Atom =
  | { readonly field: 'tags' | 'source' | 'name'; readonly value: string }
  | { readonly field: 'federated' | 'deprecated'; readonly value: true }

/** `tags`, when a node reads a top-level field of the entry and nothing deeper. */
export function fieldOf(node: Node): string | undefined {
  if (node.kind !== 'query' || node.root !== 'entry' || node.segments.length !== 1) return undefined
  return nameOf(node, 0)
}

/** The name that one segment of a query selects, when it selects one member by name. */
export function nameOf({ segments }: QueryNode, index: number): string | undefined {
  const segment = segments[index]
  if (segment?.kind !== 'child' || segment.selectors.length !== 1) return undefined
  const [selector] = segment.selectors
  return selector?.kind === 'name' ? selector.name : undefined
}

function textOf(node: Node): string | undefined {
  return node.kind === 'literal' && typeof node.value === 'string' ? node.value : undefined
}

/** `federated`, `deprecated`: fields that are always there and always a truth value. */
export function flagAtom(node: Node): Atom | undefined {
  const field = fieldOf(node)
  return field === 'federated' || field === 'deprecated' ? { field, value: true } : undefined
}

/** `source == 'github'`, `'issue' == name` */
export function compareAtom({ operator, left, right }: CompareNode): Atom | undefined {
  if (operator !== '==') return undefined
  const field = fieldOf(left) ?? fieldOf(right)
  const value = textOf(left) ?? textOf(right)
  if (value === undefined || (field !== 'source' && field !== 'name')) return undefined
  return { field, value }
}

/** `'x' in tags`, `tags contains 'x'`, `source in ['a', 'b']`: any one of the atoms. */
export function membershipAtoms({ item, container }: MembershipNode): Atom[] | undefined {
  const value = textOf(item)
  if (value !== undefined && fieldOf(container) === 'tags') return [{ field: 'tags', value }]
  const field = fieldOf(item)
  if ((field !== 'source' && field !== 'name') || container.kind !== 'list') return undefined
  return container.elements.flatMap((element) => {
    const text = textOf(element)
    return text === undefined ? [] : [{ field, value: text }]
  })
}

/** `any(tags, 'x', 'y')`, `all(tags, 'x', 'y')` */
export function callAtoms({ name, args }: CallNode): Atom[] | undefined {
  const [list, ...wanted] = args
  if ((name !== 'any' && name !== 'all') || !list || fieldOf(list) !== 'tags') return undefined
  const values = wanted.map(textOf)
  if (values.some((value) => value === undefined)) return undefined
  return values.map((value) => ({ field: 'tags', value: value! }))
}

/** `$.tags[?@ == 'x' || @ == 'y']`: the tags, any one of which makes the filter select something. */
export function selectedTags(query: QueryNode): Atom[] | undefined {
  if (query.root !== 'entry' || query.segments.length !== 2) return undefined
  if (nameOf(query, 0) !== 'tags') return undefined
  const segment = query.segments[1]!
  const [selector] = segment.selectors
  if (segment.kind !== 'child' || segment.selectors.length !== 1) return undefined
  return selector?.kind === 'filter' ? elementTags(selector.condition) : undefined
}

function elementTags(condition: Node): Atom[] | undefined {
  if (condition.kind === 'or') {
    const parts = condition.operands.map(elementTags)
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined
  }
  if (condition.kind !== 'compare' || condition.operator !== '==') return undefined
  const { left, right } = condition
  const value = textOf(left) ?? textOf(right)
  if (value === undefined || !(isElement(left) || isElement(right))) return undefined
  return [{ field: 'tags', value }]
}

/** `@` alone. */
function isElement(node: Node): boolean {
  return node.kind === 'query' && node.root === 'current' && node.segments.length === 0
}
