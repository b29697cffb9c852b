import type { List } from '../list.ts'
import type { Turns } from '../membership/turns.ts'
import { tokensOf } from '../tokens.ts'

/** Estimated tokens of a list, taking turns: the first count of a long one takes a while. */
export async function countTokens(list: List, turns: Turns): Promise<number> {
  let sum = 0
  for (const listed of list) {
    const turn = turns.step()
    if (turn) await turn
    sum += tokensOf(listed)
  }
  return sum
}
