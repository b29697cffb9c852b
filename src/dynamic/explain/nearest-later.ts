import { quoted } from '../../rules/explain/show-value.ts'
import { GATE_NAMES } from '../guards/gate-tools.ts'
import type { BudgetStage, Nearest, NearestChange, ShadowStage } from './answer.ts'
import { type Subject, tokensUpTo } from './later-stages.ts'

/** What would bring back a selected entry whose name is taken. */
export function nearestUnshadowed({ entry, view }: Subject, stage: ShadowStage): Nearest {
  if (stage.reserved) {
    const { name = '' } = view.shadowed.find(({ id }) => id === entry.record.id) ?? {}
    const text = GATE_NAMES.includes(name)
      ? 'give it another name with an override: codes are asked for under this one'
      : 'set exposure of the server to direct, which has no tools of its own'
    const changes = [{ on: 'server', text } as const]
    return { rule: null, excluded_by: [], changes, enough: null }
  }
  const other = stage.by
  const source = quoted(other?.source ?? 'the other source')
  const changes: NearestChange[] = [
    {
      on: 'catalog',
      text: `disable the entry of ${source} that has the name, or keep it out with an exclude rule`,
    },
  ]
  const isNamed = entry.record.type === 'tool' || entry.record.type === 'prompt'
  const hasPrefix = other?.source !== entry.source.id && entry.source.prefix !== ''
  if (isNamed && hasPrefix && view.definition.naming === 'plain') {
    const text = 'or set naming of the server to prefixed, so that both are shown'
    changes.push({ on: 'server', text })
  }
  return { rule: null, excluded_by: [], changes, enough: null }
}

/** What would bring back a selected tool that does not fit the budget. */
export function nearestInBudget(subject: Subject, { rank = 0 }: BudgetStage): Nearest {
  const { max_tools, max_tokens } = subject.view.definition
  const changes: NearestChange[] = []
  if (max_tools !== null && rank > max_tools) {
    changes.push({ on: 'server', text: `set max_tools to at least ${rank}` })
  }
  const tokens = tokensUpTo(subject, rank)
  if (max_tokens !== null && tokens > max_tokens) {
    changes.push({ on: 'server', text: `set max_tokens to at least ${tokens}` })
  }
  return { rule: null, excluded_by: [], changes, enough: true }
}
