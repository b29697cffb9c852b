import { childrenOf } from '../analyse/reads.ts'
import { compileRead } from '../evaluate/query.ts'
import type { Node, QueryNode, Segment } from '../ir.ts'
import { short, showValue } from './show-value.ts'

/** A value that a clause looks at, as it is shown to people. */
export interface Read {
  /** `name`, `meta.team`, `caller.roles` */
  readonly path: string
  readonly value: string
}

/** Most values shown of one clause. */
const MAX_READS = 8

/** The values a clause looks at: each path once, in the order they are written. */
export function readsOf(node: Node, document: object, caller: object | null): Read[] {
  const reads = new Map<string, string>()
  for (const query of queriesIn(node)) {
    const read = query.root === 'current' ? undefined : readOf(query, document, caller)
    if (read && reads.size < MAX_READS) reads.set(read.path, read.value)
  }
  return [...reads].map(([path, value]) => ({ path, value }))
}

/** Paths of an entry that lead to one value, by the names and indexes in them. */
export function pathOf(query: QueryNode): (string | number)[] {
  return singularPart(query).map(({ selectors: [selector] }) =>
    selector?.kind === 'name' ? selector.name : (selector as { index: number }).index,
  )
}

/** `meta.team`, `meta['a b']`, `arguments[0]` */
export function showPath(path: readonly (string | number)[]): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`
      if (!/^[A-Za-z_]\w*$/.test(key)) return `['${short(key)}']`
      return i === 0 ? short(key) : `.${short(key)}`
    })
    .join('')
}

/** Of a path that selects many values, what it starts from: `tags` of `$.tags[?@ == 'x']`. */
function readOf(query: QueryNode, document: object, caller: object | null): Read | undefined {
  const segments = singularPart(query)
  const isCaller = query.root === 'caller'
  // The whole entry is what is being explained; there is nothing to show of it.
  if (segments.length === 0) return undefined
  const read = compileRead({ ...query, segments })
  const path = showPath(pathOf(query))
  return {
    path: isCaller ? `caller.${path}` : path,
    value: showValue(read(isCaller ? caller : document)),
  }
}

function singularPart({ segments, singular }: QueryNode): readonly Segment[] {
  if (singular) return segments
  const end = segments.findIndex(
    ({ kind, selectors }) =>
      kind === 'descendant' ||
      selectors.length !== 1 ||
      (selectors[0]!.kind !== 'name' && selectors[0]!.kind !== 'index'),
  )
  return segments.slice(0, end)
}

/** All queries in a node, those in the filters of other queries included. */
function* queriesIn(node: Node): Generator<QueryNode> {
  if (node.kind === 'query') {
    yield node
    for (const { selectors } of node.segments) {
      for (const selector of selectors) {
        if (selector.kind === 'filter') yield* queriesIn(selector.condition)
      }
    }
    return
  }
  for (const part of childrenOf(node)) yield* queriesIn(part)
}
