import { compareCodePoints } from '../../rules/evaluate/compare.ts'

/** What decides between documents of equal rank, so that their order is total. */
export interface TieBreaker {
  readonly name: string
  readonly id: string
}

export function compareTied(a: TieBreaker, b: TieBreaker): number {
  return compareCodePoints(a.name, b.name) || compareCodePoints(a.id, b.id)
}

/**
 * The first `count` of `all` by an order, without sorting the rest: thousands of entries made from
 * one template have the same rank.
 */
export function firstOf<T>(
  all: readonly T[],
  count: number,
  compare: (a: T, b: T) => number,
): readonly T[] {
  if (all.length <= count) return all
  const first: T[] = []
  for (const one of all) {
    if (first.length === count && compare(one, first.at(-1)!) >= 0) continue
    const place = first.findIndex((other) => compare(one, other) < 0)
    first.splice(place < 0 ? first.length : place, 0, one)
    if (first.length > count) first.pop()
  }
  return first
}
