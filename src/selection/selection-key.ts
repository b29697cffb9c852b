import { createHash } from 'node:crypto'
import type { MeaningRule } from './selector.ts'

/** The server a key is of. */
export function serverOf(key: string): string {
  return key.slice(0, key.lastIndexOf('#'))
}

/**
 * What the last choice of a rule is kept under: the server and what the rule asks, and not its
 * place among the rules or the names it lists. Those may be edited while an answer is held, and
 * that must not publish it.
 *
 * @param filter text of the filter that scopes the rule
 * @param occurrence 0 for the first rule of the server that asks just this, 1 for the next …
 */
export function selectionKey(
  server: string,
  rule: MeaningRule,
  filter: string | undefined,
  occurrence = 0,
): string {
  const question = rule.mode === 'llm' ? [rule.prompt, rule.provider ?? null] : [rule.query, rule.k]
  const asked = [rule.mode, rule.type, rule.effect, filter ?? null, occurrence, ...question]
  const hash = createHash('sha256').update(JSON.stringify(asked)).digest('base64url')
  return `${server}#${hash.slice(0, 22)}`
}
