import { sameContent } from '../../selection/judge/item.ts'
import { namedBy } from '../../selection/live/names.ts'
import type { CompiledRule } from '../compile.ts'
import { takes } from '../membership/meaning-rule.ts'
import type { ShownEntry } from './compare.ts'
import type { Concerned, Touched } from './verdicts.ts'

/** Entries a write would have a model asked about, by one rule. */
export interface MayAsk {
  /** Index of the rule. */
  readonly rule: number
  readonly count: number
  /** The first of them. */
  readonly entries: readonly ShownEntry[]
}

const NAMED = 20

/**
 * What would be put to models: entries that come into the scope of a rule of mode llm, or say
 * something else there. Those that were judged before, as they would be, are not asked about again;
 * whether they were is not looked up.
 */
export function mayAsk(said: ReadonlyMap<CompiledRule, Concerned>): MayAsk[] {
  return [...said].flatMap(([compiled, concerned]): MayAsk[] => {
    const { rule, index } = compiled
    if (rule.mode !== 'llm') return []
    const isNamed = namedBy([...(rule.always ?? []), ...(rule.never ?? [])])
    const asked = [...concerned].flatMap(([touched, { before, after }]) => {
      if (after !== 'match' || !touched.after || !takes(rule, touched.after)) return []
      if (isNamed(touched.after.document)) return []
      return before === 'match' && saysTheSame(touched) ? [] : touched
    })
    if (asked.length === 0) return []
    return [{ rule: index, count: asked.length, entries: asked.slice(0, NAMED).map(shown) }]
  })
}

function saysTheSame({ before, after }: Touched): boolean {
  return before !== undefined && sameContent(before.document, after!.document)
}

function shown({ id, type, after }: Touched): ShownEntry {
  const { name, source } = after!.document
  return { id, type, name, source }
}
