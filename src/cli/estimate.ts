import type { Preview } from '../dynamic/preview.ts'

/** What asking models takes. */
export interface AskingEstimate {
  readonly entries: number
  readonly requests: number
  readonly tokens: number
  /** US dollars; null where the price of some model is not configured. */
  readonly cost: number | null
  /** Whether there is more to ask about than one run may. */
  readonly isAboveRun: boolean
}

/** Over all rules of a preview; undefined when there is nothing to ask. */
export function estimateOf({ rules }: Pick<Preview, 'rules'>): AskingEstimate | undefined {
  const asked = rules.flatMap(({ selection }) => selection?.would_ask ?? [])
  return addUp(
    asked.map(({ entries, requests, input_tokens, output_tokens, cost, triage }) => {
      return { entries, requests, tokens: input_tokens + output_tokens, cost, isAboveRun: triage }
    }),
  )
}

export function addUp(estimates: readonly AskingEstimate[]): AskingEstimate | undefined {
  if (estimates.length === 0) return undefined
  return estimates.reduce((sum, each) => ({
    entries: sum.entries + each.entries,
    requests: sum.requests + each.requests,
    tokens: sum.tokens + each.tokens,
    cost: sum.cost === null || each.cost === null ? null : sum.cost + each.cost,
    isAboveRun: sum.isAboveRun || each.isAboveRun,
  }))
}

export function askingLine({
  entries,
  requests,
  tokens,
  cost,
  isAboveRun,
}: AskingEstimate): string {
  const price = cost === null ? 'price unknown' : `$${cost.toFixed(4)}`
  const bound = isAboveRun ? ' The budget of a run leaves some of them out.' : ''
  return `Asking about ${entries} entries: ${requests} requests, about ${tokens} tokens, ${price}.${bound}`
}
