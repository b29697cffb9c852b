import { compileCondition } from '../evaluate/compile.ts'
import { judge, type Verdict } from '../evaluate/judge.ts'
import { startRun } from '../evaluate/run.ts'
import type { Filter, Meter } from '../filter.ts'
import type { Node, Span } from '../ir.ts'
import { LIMITS } from '../limits.ts'
import { type Read, readsOf } from './reads.ts'
import { short } from './show-value.ts'

/** `true` and `false`, or why there is neither, as for whole filters. */
export type ClauseValue = 'true' | 'false' | Exclude<Verdict, 'match' | 'no_match'>

/** One part of a filter and what it says of an entry, for people to see. */
export interface Clause {
  readonly kind: Node['kind']
  /** The text of the clause, cut where it is long; `span` says where it stands in the filter. */
  readonly source: string
  readonly span: Span
  readonly value: ClauseValue
  /** What a clause without parts looks at. */
  readonly reads?: readonly Read[]
  readonly clauses?: readonly Clause[]
  /**
   * The parts of the test inside a JSONPath filter, each `true` when some element it looks at fits
   * that part. Two parts may each fit another element.
   */
  readonly elements?: readonly Clause[]
  /** There are parts that were not looked at any more: the work of the whole answer is bounded. */
  readonly cut?: true
}

/** A clause with the node it is, to work on. */
export interface Traced {
  readonly node: Node
  readonly value: ClauseValue
  readonly parts: readonly Traced[]
  /** Parts of a test of elements. */
  readonly elements: readonly Traced[]
  readonly cut: boolean
}

/** What explaining may take, over all filters of one answer. */
export interface TraceBudget extends Meter {
  /** Clauses that may still be shown. */
  clauses: number
}

/** What compiling one character of a clause costs: a pattern may stand in it. */
const COMPILE_STEPS = 500

/** Characters of one clause that are shown. */
const MAX_SOURCE = 240

export function traceBudget(): TraceBudget {
  return { left: 100 * LIMITS.steps, clauses: 2_000 }
}

/**
 * Evaluates a filter over an entry, and each of its clauses by itself with the same code. The
 * value of the whole is that of `filter.evaluate`. Never throws, never changes the document.
 *
 * A clause can be `exhausted` or `subject` although the whole is decided, where an operand before
 * it settled the matter.
 */
export function traceFilter(
  filter: Filter,
  document: object,
  budget: TraceBudget,
  caller: object | null = null,
): Traced {
  const verdict = filter.evaluate(document, caller ?? undefined, budget)
  const evaluate = (node: Node): Verdict => {
    const run = startRun(document, caller)
    const found = judge(compileCondition(node), run)
    const length = node.span.end - node.span.start
    budget.left -= 1 + LIMITS.steps - Math.max(0, run.steps) + length * COMPILE_STEPS
    return found
  }
  const trace = (node: Node, known: Verdict | undefined): Traced => {
    const parts = clausesOf(node)
    const tests = testsOfElements(node)
    budget.clauses -= parts.length + tests.length
    const cut = parts.length + tests.length > 0 && (budget.left < 0 || budget.clauses < 0)
    return {
      node,
      value: clauseValue(known ?? evaluate(node)),
      parts: cut ? [] : parts.map((part) => trace(part, undefined)),
      elements: cut ? [] : tests.map((test) => trace(test, undefined)),
      cut,
    }
  }
  return trace(filter.node, verdict)
}

/** A traced filter as it is shown. */
export function presentClause(
  traced: Traced,
  filter: Filter,
  document: object,
  caller: object | null = null,
): Clause {
  const { node, value, parts, elements, cut } = traced
  const source = sourceOf(node, filter)
  const shown = { kind: node.kind, source, span: node.span, value }
  if (cut) return { ...shown, cut }
  if (elements.length > 0) {
    const reads = readsOf(node, document, caller)
    return { ...shown, reads, elements: elements.map((one) => presentTest(one, filter)) }
  }
  if (parts.length === 0) return { ...shown, reads: readsOf(node, document, caller) }
  return { ...shown, clauses: parts.map((part) => presentClause(part, filter, document, caller)) }
}

/** A part of a test of elements: what it looks at is shown where the test stands. */
function presentTest({ node, value, elements, cut }: Traced, filter: Filter): Clause {
  const shown = { kind: testOf(node)!.kind, source: sourceOf(node, filter), span: node.span, value }
  if (cut) return { ...shown, cut }
  if (elements.length === 0) return shown
  return { ...shown, elements: elements.map((one) => presentTest(one, filter)) }
}

/** The text of a clause. */
export function sourceOf({ span }: Node, { source }: Filter): string {
  return short(source.slice(span.start, span.end), MAX_SOURCE)
}

function clausesOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands
    case 'not':
      return [node.operand]
    case 'conditional':
      return [node.test, node.consequent, node.alternate]
    default:
      return []
  }
}

/** The test a JSONPath filter ends in: `@ == 'x' || @ == 'y'` of `$.tags[?@ == 'x' || @ == 'y']`. */
function testOf(node: Node): Node | undefined {
  if (node.kind !== 'selects' && node.kind !== 'exists') return undefined
  const last = node.query.segments.at(-1)
  const [selector, ...more] = last?.selectors ?? []
  return selector?.kind === 'filter' && more.length === 0 ? selector.condition : undefined
}

/** A test of elements in parts: each as a filter that tests elements for that part alone. */
function testsOfElements(node: Node): readonly Node[] {
  const test = testOf(node)
  if (!test || (node.kind !== 'selects' && node.kind !== 'exists')) return []
  const { query } = node
  const last = query.segments.at(-1)!
  return clausesOf(test).map((condition) => {
    const segment = { ...last, selectors: [{ kind: 'filter' as const, condition }] }
    const segments = [...query.segments.slice(0, -1), segment]
    return { ...node, query: { ...query, segments }, span: condition.span }
  })
}

function clauseValue(verdict: Verdict): ClauseValue {
  if (verdict === 'match') return 'true'
  return verdict === 'no_match' ? 'false' : verdict
}
