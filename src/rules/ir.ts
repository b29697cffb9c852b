/**
 * The one form both filter languages are parsed into.
 *
 * Evaluation, budgets, explanations and the analysis of what a rule can depend on are written
 * against these nodes, once. A node never holds anything but data.
 */

/** Where a node stands in the filter text, in UTF-16 code units. `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What is known about a value when the filter is written. `any` is a value known only later. */
export type StaticType = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'null' | 'any'

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>='

/** `entry` is the whole entry document, `current` the `@` of a JSONPath filter. */
export type Root = 'entry' | 'current' | 'caller'

export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'wildcard' }
  | {
      readonly kind: 'slice'
      readonly start: number | undefined
      readonly end: number | undefined
      readonly step: number
    }
  | { readonly kind: 'filter'; readonly condition: Node }

export interface Segment {
  readonly kind: 'child' | 'descendant'
  readonly selectors: readonly Selector[]
}

interface Base {
  readonly span: Span
  readonly type: StaticType
}

export interface LiteralNode extends Base {
  readonly kind: 'literal'
  readonly value: string | number | boolean | null
}

export interface QueryNode extends Base {
  readonly kind: 'query'
  readonly root: Root
  readonly segments: readonly Segment[]
  /** At most one value can be selected: only names and indexes, no descendants (RFC 9535, 2.3.5.1). */
  readonly singular: boolean
  /** What a singular query yields when nothing is there: null in expressions, Nothing in JSONPath. */
  readonly missing: 'null' | 'nothing'
}

export interface ListNode extends Base {
  readonly kind: 'list'
  readonly elements: readonly LiteralNode[]
}

export interface CallNode extends Base {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly Node[]
}

export interface NotNode extends Base {
  readonly kind: 'not'
  readonly operand: Node
}

export interface LogicNode extends Base {
  readonly kind: 'and' | 'or'
  readonly operands: readonly Node[]
}

export interface CompareNode extends Base {
  readonly kind: 'compare'
  readonly operator: CompareOperator
  readonly left: Node
  readonly right: Node
  /** Expressions call a comparison of values that cannot be ordered undecided; RFC 9535 says false. */
  readonly strict: boolean
}

export interface RegexNode extends Base {
  readonly kind: 'regex'
  readonly subject: Node
  readonly pattern: string
  readonly negated: boolean
  /** As for comparisons: what a subject that is neither a string nor null means. */
  readonly strict: boolean
}

export interface MembershipNode extends Base {
  readonly kind: 'membership'
  readonly item: Node
  readonly container: Node
  readonly operator: 'in' | 'contains'
}

export interface ConditionalNode extends Base {
  readonly kind: 'conditional'
  readonly test: Node
  readonly consequent: Node
  readonly alternate: Node
}

/** JSONPath existence test: the query selects at least one node, whatever its value. */
export interface ExistsNode extends Base {
  readonly kind: 'exists'
  readonly query: QueryNode
}

/** A whole JSONPath filter: some selected value is neither false nor null. */
export interface SelectsNode extends Base {
  readonly kind: 'selects'
  readonly query: QueryNode
}

export type Node =
  | LiteralNode
  | QueryNode
  | ListNode
  | CallNode
  | NotNode
  | LogicNode
  | CompareNode
  | RegexNode
  | MembershipNode
  | ConditionalNode
  | ExistsNode
  | SelectsNode
