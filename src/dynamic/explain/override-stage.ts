import { quoted } from '../../rules/explain/show-value.ts'
import { overriddenFields } from '../overrides/fields.ts'
import type { Nearest, OverrideStage } from './answer.ts'
import { NOT_REACHED, type Subject, shownAs } from './later-stages.ts'

/** What the overrides of the server make of the entry, and whether they fit it. */
export function overrideStage(subject: Subject, reached: boolean): OverrideStage {
  const { entry, view } = subject
  if (view.definition.overrides.length === 0) {
    return { stage: 'override', passed: null, text: 'the server has no overrides' }
  }
  if (!reached) return { stage: 'override', ...NOT_REACHED }
  const unfit = view.unfit.find(({ id }) => id === entry.record.id)
  if (unfit) {
    const { override, message } = unfit
    const text = `overrides[${override}] does not fit it: ${message}`
    return { stage: 'override', passed: false, text, override }
  }
  const shown = shownAs(subject)
  const changed = shown && overriddenFields(shown)
  if (!changed) return { stage: 'override', passed: true, text: 'no override is about it' }
  const { override, fields, fixed, hidden } = changed
  const what = [
    ...fields.map((field) =>
      field === 'name' ? `the name ${quoted(shown.document.name)}` : field,
    ),
    ...fixed.map((name) => `the fixed argument ${quoted(name)}`),
    ...hidden.map((name) => `the hidden argument ${quoted(name)}`),
  ]
  const text = `overrides[${override}] gives it ${what.join(', ')}`
  return { stage: 'override', passed: true, text, override }
}

export function nearestFitting({ override = 0 }: OverrideStage): Nearest {
  const text = `change overrides[${override}] so that it fits the entry, or take it away`
  return { rule: null, excluded_by: [], changes: [{ on: 'server', text }], enough: null }
}
