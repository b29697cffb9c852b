import type { Traced } from './trace.ts'

/** A clause that would have to come out differently. */
export interface Flip {
  readonly clause: Traced
  readonly wanted: boolean
}

export interface Flips {
  readonly cost: number
  readonly flips: readonly Flip[]
}

const NOTHING: Flips = { cost: 0, flips: [] }

/**
 * The clauses to flip for a filter to come out as wanted, as few and as easy as can be.
 *
 * @param costOf what flipping one clause costs; Infinity for what nothing can flip.
 */
export function cheapestFlips(
  traced: Traced,
  wanted: boolean,
  costOf: (clause: Traced, wanted: boolean) => number,
): Flips {
  if (traced.value === String(wanted)) return NOTHING
  const itself = { cost: costOf(traced, wanted), flips: [{ clause: traced, wanted }] }
  if (traced.parts.length === 0) return itself
  const inside = within(traced, wanted, costOf)
  // Parts that are all as they should be: it is the whole that fails, by the work it takes.
  return inside.flips.length === 0 ? itself : inside
}

function within(
  { node, parts }: Traced,
  wanted: boolean,
  costOf: (clause: Traced, wanted: boolean) => number,
): Flips {
  const flip = (part: Traced, to: boolean) => cheapestFlips(part, to, costOf)
  if (node.kind === 'not') return flip(parts[0]!, !wanted)
  if (node.kind === 'conditional') {
    const [test, consequent, alternate] = parts as [Traced, Traced, Traced]
    return cheapest([
      together([flip(test, true), flip(consequent, wanted)]),
      together([flip(test, false), flip(alternate, wanted)]),
    ])
  }
  const each = parts.map((part) => flip(part, wanted))
  // All operands of && have to be true, all of || false; otherwise one of them is enough.
  return (node.kind === 'and') === wanted ? together(each) : cheapest(each)
}

function together(all: readonly Flips[]): Flips {
  return {
    cost: all.reduce((sum, { cost }) => sum + cost, 0),
    flips: all.flatMap(({ flips }) => flips),
  }
}

function cheapest(all: readonly Flips[]): Flips {
  return all.reduce((best, each) => (each.cost < best.cost ? each : best))
}
