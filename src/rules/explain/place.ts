import { compileRead } from '../evaluate/query.ts'
import type { LiteralNode, Node } from '../ir.ts'
import type { Path } from './edit.ts'
import { pathOf, showPath } from './reads.ts'

/** A place in an entry that a clause reads, and what is there. */
export interface Place {
  readonly path: Path
  readonly shown: string
  readonly value: unknown
}

/** The place a node stands for; undefined for anything but a plain path into the entry. */
export function placeOf(node: Node, document: object): Place | undefined {
  if (node.kind !== 'query' || node.root !== 'entry' || !node.singular) return undefined
  const path = pathOf(node)
  if (path.length === 0) return undefined
  return { path, shown: showPath(path), value: compileRead(node)(document) }
}

export function isLiteral(node: Node | undefined): node is LiteralNode {
  return node?.kind === 'literal'
}

/** Fields that make an entry the one it is. */
const FIXED = new Set(['id', 'type', 'source', 'federated', 'created_at', 'updated_at'])

/** Fields that are set here, also on entries of upstreams. */
const OURS = new Set(['tags', 'enabled', 'deprecated', 'owner', 'roles', 'meta'])

/** Who can change a field: anybody, only the source of the entry, or nobody. */
export type FieldOwner = 'anybody' | 'source' | 'nobody'

export function ownerOf(field: string | number | undefined, federated: boolean): FieldOwner {
  if (FIXED.has(String(field))) return 'nobody'
  return federated && !OURS.has(String(field)) ? 'source' : 'anybody'
}
