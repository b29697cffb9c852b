/** The usual constant of reciprocal rank fusion: how fast later places lose weight. */
const K = 60

export interface RankedList {
  readonly weight: number
  /** Best first; one inner list holds ids of equal rank. */
  readonly places: readonly (readonly string[])[]
}

/**
 * Reciprocal rank fusion. Scores of different engines cannot be compared, places can; ids of
 * equal rank share a place, so their order does not matter.
 */
export function fuse(lists: readonly RankedList[]): Map<string, number> {
  const scores = new Map<string, number>()
  for (const { weight, places } of lists) {
    let place = 0
    for (const ids of places) {
      place++
      for (const id of ids) scores.set(id, (scores.get(id) ?? 0) + weight / (K + place))
      place += ids.length - 1
    }
  }
  return scores
}

/** Groups neighbours of equal value. */
export function placesOf(ranked: readonly (readonly [id: string, value: number])[]): string[][] {
  const places: string[][] = []
  let last: number | undefined
  for (const [id, value] of ranked) {
    if (value === last) places.at(-1)!.push(id)
    else places.push([id])
    last = value
  }
  return places
}
