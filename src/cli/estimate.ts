import type { Preview } from '../dynamic/preview.ts'

/** What asking models takes, over all rules of a preview. */
export interface AskingEstimate {
  readonly entries: number
  readonly requests: number
  readonly tokens: number
  /** US dollars; null where the price of some model is not configured. */
  readonly cost: number | null
  /** Whether there is more to ask about than one run may. */
  readonly isAboveRun: boolean
}

/** Undefined when there is nothing to ask. */
export function estimateOf({ rules }: Pick<Preview, 'rules'>): AskingEstimate | undefined {
  const asked = rules.flatMap(({ selection }) => selection?.would_ask ?? [])
  if (asked.length === 0) return undefined
  const sum = (of: (each: (typeof asked)[number]) => number) =>
    asked.reduce((total, each) => total + of(each), 0)
  return {
    entries: sum(({ entries }) => entries),
    requests: sum(({ requests }) => requests),
    tokens: sum(({ input_tokens, output_tokens }) => input_tokens + output_tokens),
    cost: asked.some(({ cost }) => cost === null) ? null : sum(({ cost }) => cost!),
    isAboveRun: asked.some(({ triage }) => triage),
  }
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
