import { mostMessage, takesMost } from '../selection/share.ts'
import { AskedSet } from './membership/asked-set.ts'
import type { Membership } from './membership/membership.ts'
import type { PreviewWarning } from './warnings.ts'

/** A preview is looked at by people: what they read of it is named, no more. */
const MAX_REASONS = 100

/** What stands behind a rule of mode llm or semantic in a preview. */
export interface PreviewSelection {
  readonly candidates: number
  /** Candidates without a verdict; an include rule leaves them out, an exclude rule keeps them out. */
  readonly unjudged: number
  /** Whether the model was asked for this preview. */
  readonly asked: boolean
  /** Ids of what a semantic rule takes, nearest first. */
  readonly ranking?: readonly string[]
  /** Why the model chose what it chose, in its own words; the first hundred. */
  readonly reasons?: readonly {
    readonly id: string
    readonly name: string
    readonly model_says: string
  }[]
  /** What asking would take; nothing where everything was judged. Costs are in US dollars. */
  readonly would_ask?: {
    readonly entries: number
    readonly requests: number
    readonly input_tokens: number
    readonly output_tokens: number
    readonly cost: number | null
    readonly left_today: number
    readonly triage: boolean
  }
}

type Selections = ReadonlyMap<number, { readonly selection: PreviewSelection }>

/** By index of the rule. */
export function selectionsOf({ rules }: Membership): Selections {
  return new Map(
    rules.flatMap(({ compiled, set }) =>
      set instanceof AskedSet ? [[compiled.index, { selection: present(set) }] as const] : [],
    ),
  )
}

function present(set: AskedSet): PreviewSelection {
  const { result } = set
  const { candidates, unjudged, asked, estimate, ranking } = result
  if (ranking) return { candidates, unjudged, asked, ranking }
  const reasons = reasonsIn(set)
  const known = { candidates, unjudged, asked, ...(reasons.length > 0 ? { reasons } : {}) }
  if (!estimate || estimate.entries === 0 || asked) return known
  const { entries, requests, input, output, cost, leftToday, triage } = estimate
  return {
    ...known,
    would_ask: {
      entries,
      requests,
      input_tokens: input,
      output_tokens: output,
      cost,
      left_today: leftToday,
      triage,
    },
  }
}

function reasonsIn({ result, nameOf }: AskedSet) {
  const first = result.reasons.entries().take(MAX_REASONS)
  return [...first].map(([id, model_says]) => ({ id, name: nameOf(id), model_says }))
}

/** Rules that take most of what they may: a wide prompt, a large k, or a text that talks to the model. */
export function mostWarnings({ rules }: Membership): PreviewWarning[] {
  return rules.flatMap(({ compiled, set }): PreviewWarning[] => {
    if (!(set instanceof AskedSet) || !takesMost(set.result.share)) return []
    const { index, rule } = compiled
    const message = mostMessage(rule.mode === 'llm' ? 'llm' : 'semantic', set.result.share)
    return [{ code: 'takes_most', rule: index, message }]
  })
}

export function unjudgedWarnings(selections: Selections): PreviewWarning[] {
  return [...selections].flatMap(([rule, { selection }]): PreviewWarning[] => {
    const { unjudged, would_ask } = selection
    if (unjudged === 0) return []
    const message = would_ask
      ? `${unjudged} entries were not judged yet; ?ask=true asks about them: ${would_ask.requests} requests, about ${would_ask.input_tokens + would_ask.output_tokens} tokens${priceOf(would_ask.cost)}.`
      : `${unjudged} entries were not judged.`
    return [{ code: 'unjudged', rule, message }]
  })
}

function priceOf(cost: number | null): string {
  return cost === null ? '' : `, $${cost.toFixed(4)}`
}
