import type { Miss, Score, SetScore } from '../../selection/evaluation/score.ts'
import type { AskingEstimate } from '../estimate.ts'
import { visible } from '../table.ts'
import type { Mode } from './answering.ts'

/** What an evaluation found, as `--json` prints it. */
export interface Evaluation {
  readonly mode: Mode
  readonly entries: number
  readonly queries: number
  /** Labels that name no entry: nothing can find them. */
  readonly unknown: readonly string[]
  /** What models were asked. */
  readonly asked?: Omit<AskingEstimate, 'isAboveRun'>
  readonly recall_at?: Readonly<Record<1 | 5 | 10, number>>
  readonly ndcg_at_10?: number
  /** Of modes whose answers have no order. */
  readonly precision?: number
  readonly recall?: number
  readonly misses: readonly Miss[]
}

export function ranked({ recall, ndcg10, misses, queries }: Score) {
  return { queries, recall_at: recall, ndcg_at_10: ndcg10, misses }
}

export function unordered({ precision, recall, misses, queries }: SetScore) {
  return { queries, precision, recall, misses }
}

const three = (share: number) => share.toFixed(3)

/** For people to read: the figures, then what was missed. */
export function evaluationLines(evaluation: Evaluation): string[] {
  const { mode, entries, queries, recall_at, ndcg_at_10, precision, recall, misses } = evaluation
  const figures = recall_at
    ? [
        ...([1, 5, 10] as const).map((k) => `recall@${k} ${three(recall_at[k])}`),
        `nDCG@10 ${three(ndcg_at_10!)}`,
      ]
    : [`precision ${three(precision!)}`, `recall ${three(recall!)}`]
  const found = recall_at ? 'first are' : 'wrong are'
  return [
    `${queries} queries over ${entries} entries, mode ${mode}`,
    `  ${figures.join('   ')}`,
    ...(misses.length > 0 ? [`${misses.length} queries with misses`] : []),
    ...misses.map(({ query, missing, got }) => {
      const lacks = missing.length > 0 ? `no ${missing.join(', ')}` : 'nothing missing'
      return visible(`  ${query}: ${lacks}${got.length > 0 ? `; ${found} ${got.join(', ')}` : ''}`)
    }),
  ]
}
