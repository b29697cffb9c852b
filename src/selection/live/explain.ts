import type { EntryDocument } from '../../catalog/entry.ts'
import { suspicionsAbout } from '../judge/item.ts'
import type { RunReport } from '../judge/run.ts'
import type { Verdict } from '../judge/verdicts.ts'
import type { ChangedText, SelectedEntry } from '../selector.ts'

export interface Standing {
  readonly document: EntryDocument
  readonly matched: boolean
  /** Set when a name of the rule outranks the model. */
  readonly named: 'always' | 'never' | undefined
  readonly verdict: Verdict | undefined
  readonly isLeftOut: boolean
  /** Whether an answer about an earlier version of the entry stands. */
  readonly hasEarlier: boolean
  readonly run: RunReport | undefined
  readonly changed: ChangedText | undefined
}

/** How one candidate of an llm rule came to be chosen or not, for people to see. */
export function explain(standing: Standing): SelectedEntry {
  const { document, matched, verdict, run, changed } = standing
  const suspicions = suspicionsAbout(document)
  const { id } = document
  const shown = {
    id,
    matched,
    by: byWhat(standing),
    ...(suspicions.length > 0 && { suspicions }),
    ...(changed && { changed }),
  }
  if (standing.named || !verdict) return shown
  const { reason, model, at } = verdict
  return {
    ...shown,
    ...(reason && { reason }),
    model,
    judgedAt: at,
    cached: !run || at < run.at,
  }
}

function byWhat({ named, verdict, isLeftOut, hasEarlier }: Standing): SelectedEntry['by'] {
  if (named) return named
  if (verdict) return verdict.chosen === null ? 'refused' : 'model'
  if (isLeftOut) return 'left_out'
  return hasEarlier ? 'earlier' : 'unjudged'
}
