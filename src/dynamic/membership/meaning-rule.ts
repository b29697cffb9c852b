import type { Entry } from '../../catalog/entry.ts'
import { selectionKey } from '../../selection/selection-key.ts'
import type { MeaningRule } from '../../selection/selector.ts'
import type { CompiledRule } from '../compile.ts'
import type { Rule } from '../definition.ts'

/** Whether a rule is answered by meaning and not by its filter alone. */
export function isMeaning({ mode }: Rule): boolean {
  return mode !== 'rule'
}

/** What a rule of mode llm or semantic asks. */
export function meaningOf(rule: Rule): MeaningRule {
  const { type, effect } = rule
  if (rule.mode === 'semantic') {
    return { mode: 'semantic', type, effect, query: rule.query!, k: rule.k! }
  }
  const { llm_prompt, llm_provider: provider, always = [], never = [] } = rule
  return { mode: 'llm', type, effect, prompt: llm_prompt!, provider, always, never }
}

/** Whether a rule may take an entry at all, so that nothing is paid for one it may not. */
export function takes({ effect, include_federated }: Rule, entry: Entry): boolean {
  return effect === 'exclude' || include_federated || !entry.source.federated
}

/** What the last choices of the rules of a server are kept under, by index of the rule. */
export function selectionKeys(
  server: string,
  rules: readonly CompiledRule[],
): ReadonlyMap<number, string> {
  const keys = new Map<number, string>()
  const taken = new Set<string>()
  for (const { index, rule } of rules) {
    if (!isMeaning(rule)) continue
    const meaning = meaningOf(rule)
    for (let occurrence = 0; !keys.has(index); occurrence++) {
      const key = selectionKey(server, meaning, rule.filter, occurrence)
      if (!taken.has(key)) keys.set(index, key)
      taken.add(key)
    }
  }
  return keys
}
