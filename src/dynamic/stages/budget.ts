import type { Entry } from '../../catalog/entry.ts'
import { comparePlaces, placeOf } from '../../catalog/order.ts'
import { compareCodePoints } from '../../rules/evaluate/compare.ts'
import type { EntryType } from '../../rules/fields.ts'

/** A member left out because the budget of its server was used up by those ranked before it. */
export interface Trimmed {
  readonly type: EntryType
  readonly id: string
  readonly name: string
  readonly source: string
  /** Position among the tools of the server, from 1. */
  readonly rank: number
  readonly tokens: number
  readonly by: 'max_tools' | 'max_tokens'
}

export interface Budget {
  readonly max_tools: number | null
  readonly max_tokens: number | null
}

export interface Costed {
  readonly entry: Entry
  /** The name clients see. */
  readonly name: string
  /** Index of the first include rule that matches the entry. */
  readonly rule: number
  readonly tokens: number
}

/** Tools in the order a budget takes them: by the first rule that includes them, then by name. */
export function ranked(tools: readonly Costed[]): Costed[] {
  return tools.toSorted(
    (a, b) =>
      a.rule - b.rule ||
      compareCodePoints(a.name, b.name) ||
      comparePlaces(placeOf(a.entry), placeOf(b.entry)),
  )
}

/**
 * Keeps what fits a budget: tools are ranked by the first rule that includes them, then by name,
 * and taken from the top until one does not fit; nothing behind that one is taken. So a growing
 * catalog can push out what stands last, but never brings back what was out, and what stays keeps
 * its order.
 */
export function trim(
  tools: readonly Costed[],
  { max_tools, max_tokens }: Budget,
): { kept: ReadonlySet<string>; trimmed: readonly Trimmed[] } {
  const kept = new Set<string>()
  const trimmed: Trimmed[] = []
  let tokens = 0
  let full: Trimmed['by'] | undefined
  for (const [position, tool] of ranked(tools).entries()) {
    if (max_tools !== null && position >= max_tools) full ??= 'max_tools'
    if (max_tokens !== null && tokens + tool.tokens > max_tokens) full ??= 'max_tokens'
    const { id, type, source } = tool.entry.record
    if (full) {
      const { name, tokens: cost } = tool
      trimmed.push({ type, id, name, source, rank: position + 1, tokens: cost, by: full })
    } else {
      tokens += tool.tokens
      kept.add(id)
    }
  }
  return { kept, trimmed }
}
