import type { Withheld } from '../review/stage.ts'
import type { Explanation, Nearest, ReviewStage } from './answer.ts'
import { NOT_REACHED, type Subject } from './later-stages.ts'

/** Whether the entry was approved as it is. Of what is not saved nothing was approved or rejected. */
export function reviewStage(
  { entry, view }: Subject,
  status: Explanation['status'],
  reached: boolean,
): ReviewStage {
  if (view.definition.admission === 'auto') {
    return { stage: 'review', passed: null, text: 'the server has no review' }
  }
  if (status === 'unsaved') {
    return { stage: 'review', passed: null, text: 'left aside: nothing is decided yet' }
  }
  if (!reached) return { stage: 'review', ...NOT_REACHED }
  const withheld = view.withheld.find(({ id }) => id === entry.record.id)
  if (!withheld) return { stage: 'review', passed: true, text: 'it is approved' }
  const { state, reason } = withheld
  return { stage: 'review', passed: withheld.kept, text: inWords(withheld), state, reason }
}

function inWords({ state, reason, held, kept }: Withheld): string {
  if (state === 'rejected') return 'it was rejected'
  if (reason === 'new') return 'it is new and waits for approval'
  if (reason === 'name') {
    return 'it would take a name that clients know as another entry, and waits for approval'
  }
  if (kept) return 'it changed since it was approved, and is shown as it was approved'
  if (held) return 'it changed since it was approved, and is held back until it is approved again'
  return 'it changed since it was decided about, and waits for approval'
}

export function nearestApproved({ view }: Subject): Nearest {
  const text = `approve it: POST /dynamic/${view.server}/pending/approve`
  const changes = [{ on: 'server', text } as const]
  return { rule: null, excluded_by: [], changes, enough: null }
}
