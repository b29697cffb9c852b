import type { Selections, Selector } from './selector.ts'

/** Answers whole questions at once, for callers that keep nothing open. */
export function selectorOver(selections: Selections): Selector {
  return {
    get unavailable() {
      const rule = { mode: 'llm', effect: 'include', type: 'tool', prompt: '' } as const
      return selections.problemWith({ ...rule, provider: undefined, always: [], never: [] })
    },
    async choose(question, candidates) {
      const documents = candidates.map(({ document }) => document)
      const rule = { mode: 'llm', effect: 'include', ...question } as const
      return (await selections.ask(rule, documents)).chosen
    },
  }
}
