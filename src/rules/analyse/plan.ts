import type { Node } from '../ir.ts'
import {
  type Atom,
  callAtoms,
  compareAtom,
  flagAtom,
  membershipAtoms,
  selectedTags,
} from './atoms.ts'

/**
 * Where a catalog has to look for what a filter may match: set algebra over atoms. Entries outside
 * are `no_match`. `any` is everywhere.
 */
export type Plan =
  | { readonly kind: 'any' }
  | { readonly kind: 'atom'; readonly atom: Atom }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Plan[] }
  /** Everything but what an exact plan finds. */
  | { readonly kind: 'not'; readonly part: Plan }

/** A plan, and whether the filter matches every entry it leads to, without evaluating it. */
export interface Planned {
  readonly plan: Plan
  readonly exact: boolean
}

/**
 * A filter with more atoms than this may run out of steps on an entry with very many tags, which
 * the indexes would not notice.
 */
const MOST_ATOMS = 64

const ANY: Planned = { plan: { kind: 'any' }, exact: false }

/**
 * Derives the plan of a filter from its compiled form. A plan is sound: it leads to every entry on
 * which the filter is not `no_match`, undecided ones included.
 */
export function planOf(node: Node): Planned {
  const planned = derive(node)
  return atomsIn(planned.plan) > MOST_ATOMS ? ANY : planned
}

/**
 * The operands of a conjunction in the order they are evaluated: those an index decides first, then
 * those it narrows. An entry outside the plan is `no_match` before anything can run out of steps.
 */
export function inTurn(operands: readonly Node[]): Node[] {
  const rank = (node: Node): number => {
    const { plan, exact } = derive(node)
    if (exact) return 0
    return plan.kind === 'any' ? 2 : 1
  }
  return operands
    .map((node) => ({ node, rank: rank(node) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ node }) => node)
}

function atomsIn(plan: Plan): number {
  switch (plan.kind) {
    case 'any':
      return 0
    case 'atom':
      return 1
    case 'not':
      return atomsIn(plan.part)
    default:
      return plan.parts.reduce((sum, part) => sum + atomsIn(part), 0)
  }
}

function derive(node: Node): Planned {
  switch (node.kind) {
    case 'literal':
      return node.value === true ? { plan: { kind: 'any' }, exact: true } : ANY
    case 'and':
      return conjunction(node.operands.map(derive))
    case 'or':
      return disjunction(node.operands.map(derive))
    case 'not': {
      const { plan, exact } = derive(node.operand)
      return exact ? { plan: { kind: 'not', part: plan }, exact } : ANY
    }
    case 'query': {
      const atom = flagAtom(node)
      return atom ? fromAtoms([atom]) : ANY
    }
    case 'compare': {
      const atom = compareAtom(node)
      return atom ? fromAtoms([atom]) : ANY
    }
    case 'membership': {
      const atoms = membershipAtoms(node)
      return atoms ? fromAtoms(atoms) : ANY
    }
    case 'call': {
      const atoms = callAtoms(node)
      return atoms ? fromAtoms(atoms, node.name === 'all' ? 'and' : 'or') : ANY
    }
    case 'selects': {
      const flag = flagAtom(node.query)
      const atoms = flag ? [flag] : selectedTags(node.query)
      return atoms ? fromAtoms(atoms) : ANY
    }
    default:
      return ANY
  }
}

function fromAtoms(atoms: readonly Atom[], kind: 'and' | 'or' = 'or'): Planned {
  const parts = atoms.map((atom): Plan => ({ kind: 'atom', atom }))
  return { plan: parts.length === 1 ? parts[0]! : { kind, parts }, exact: true }
}

function conjunction(parts: readonly Planned[]): Planned {
  // What is known nowhere narrows nothing. Of the rest only the first is evaluated before something
  // can go wrong, see inTurn.
  const narrow = parts.filter(({ plan }) => plan.kind !== 'any')
  const known = [
    ...narrow.filter((part) => part.exact),
    ...narrow.filter((part) => !part.exact).slice(0, 1),
  ]
  const exact = parts.every((part) => part.exact)
  if (known.length === 0) return { plan: { kind: 'any' }, exact }
  const plans = known.map(({ plan }) => plan)
  return { plan: plans.length === 1 ? plans[0]! : { kind: 'and', parts: plans }, exact }
}

function disjunction(parts: readonly Planned[]): Planned {
  const exact = parts.every((part) => part.exact)
  if (parts.some(({ plan }) => plan.kind === 'any')) return { plan: { kind: 'any' }, exact }
  return { plan: { kind: 'or', parts: parts.map(({ plan }) => plan) }, exact }
}

/**
 * Atoms one of which holds for every entry a plan leads to; undefined when there are none. They
 * tell which filters a new entry can matter to.
 */
export function guardOf(plan: Plan): readonly Atom[] | undefined {
  switch (plan.kind) {
    case 'atom':
      return [plan.atom]
    case 'or': {
      const guards = plan.parts.map(guardOf)
      return guards.every((guard) => guard !== undefined) ? guards.flat() : undefined
    }
    case 'and':
      return plan.parts.map(guardOf).reduce(better, undefined)
    default:
      return undefined
  }
}

/** What fewer entries can be expected to have. */
const RARITY: Readonly<Record<Atom['field'], number>> = {
  name: 0,
  tags: 1,
  source: 2,
  deprecated: 3,
  federated: 4,
}

function better(
  a: readonly Atom[] | undefined,
  b: readonly Atom[] | undefined,
): readonly Atom[] | undefined {
  if (!a || !b) return a ?? b
  const worst = (atoms: readonly Atom[]) => Math.max(0, ...atoms.map(({ field }) => RARITY[field]))
  return (worst(b) - worst(a) || b.length - a.length) < 0 ? b : a
}
