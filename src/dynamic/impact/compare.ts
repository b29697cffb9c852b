import type { EntryType } from '../../rules/fields.ts'
import { type List, type Listed, toMcp } from '../list.ts'
import type { Turns } from '../membership/turns.ts'

/** An entry as a server shows it. */
export interface ShownEntry {
  readonly id: string
  readonly type: EntryType
  /** The name clients see. */
  readonly name: string
  readonly source: string
}

/** How one list differs from another. */
export interface ListDifference {
  readonly gains: readonly ShownEntry[]
  readonly loses: readonly ShownEntry[]
  /** Shown in both, and not alike for a client. */
  readonly changes: readonly ShownEntry[]
}

/** Compares what clients see in two lists, taking turns: lists can be long. */
export async function compareLists(
  before: List,
  after: List,
  turns: Turns,
): Promise<ListDifference> {
  const left = new Map(before.map((listed) => [listed.entry.record.id, listed]))
  const gains: ShownEntry[] = []
  const changes: ShownEntry[] = []
  for (const listed of after) {
    const was = left.get(listed.entry.record.id)
    left.delete(listed.entry.record.id)
    if (!was) gains.push(shownEntry(listed))
    else if (was.entry.shown !== listed.entry.shown) {
      const turn = turns.step()
      if (turn) await turn
      if (!looksSame(was, listed)) changes.push(shownEntry(listed))
    }
  }
  return { gains, loses: [...left.values()].map(shownEntry), changes }
}

function looksSame(a: Listed, b: Listed): boolean {
  return JSON.stringify(toMcp(a)) === JSON.stringify(toMcp(b))
}

function shownEntry({ entry: { record }, name }: Listed): ShownEntry {
  return { id: record.id, type: record.type, name, source: record.source }
}
