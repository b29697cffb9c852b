import type { Labelled } from './labelled.ts'

/** An entry as labels may name it: by id or by name. */
export interface Named {
  readonly id: string
  readonly name: string
}

/** A question whose answer lacks something among the first ten. */
export interface Miss {
  readonly query: string
  readonly missing: readonly string[]
  readonly got: readonly string[]
}

export interface Score {
  readonly queries: number
  /** Share of what is relevant that is among the first k, averaged over questions. */
  readonly recall: Readonly<Record<1 | 5 | 10, number>>
  readonly ndcg10: number
  readonly misses: readonly Miss[]
}

const DEPTH = 10

/** Scores ranked answers, one for each question and best first. */
export function scoreRanked(
  labelled: readonly Labelled[],
  answers: readonly (readonly Named[])[],
): Score {
  const sum = { 1: 0, 5: 0, 10: 0, ndcg: 0 }
  const misses: Miss[] = []
  for (const [i, { query, relevant }] of labelled.entries()) {
    const places = relevant.map((label) => placeOf(label, answers[i]!))
    const within = (k: number) => places.filter((place) => place < k).length / relevant.length
    for (const k of [1, 5, 10] as const) sum[k] += within(k)
    sum.ndcg += gain(places) / gain(relevant.map((_, at) => at))
    const missing = relevant.filter((_, at) => places[at]! >= DEPTH)
    const got = answers[i]!.slice(0, 3).map(({ name }) => name)
    if (missing.length > 0) misses.push({ query, missing, got })
  }
  const mean = (total: number) => total / labelled.length
  return {
    queries: labelled.length,
    recall: { 1: mean(sum[1]), 5: mean(sum[5]), 10: mean(sum[10]) },
    ndcg10: mean(sum.ndcg),
    misses,
  }
}

/** From 0; beyond every list when it is not there. */
function placeOf(label: string, answer: readonly Named[]): number {
  const place = answer.findIndex(({ id, name }) => id === label || name === label)
  return place < 0 ? Number.POSITIVE_INFINITY : place
}

function gain(places: readonly number[]): number {
  const top = places.filter((place) => place < DEPTH)
  return top.reduce((sum, place) => sum + 1 / Math.log2(place + 2), 0)
}

export interface SetScore {
  readonly queries: number
  readonly precision: number
  readonly recall: number
  readonly misses: readonly Miss[]
}

/** Scores answers that have no order, those of a model. An empty answer is precise. */
export function scoreSets(
  labelled: readonly Labelled[],
  answers: readonly (readonly Named[])[],
): SetScore {
  let [precision, recall] = [0, 0]
  const misses: Miss[] = []
  for (const [i, { query, relevant }] of labelled.entries()) {
    const answer = answers[i]!
    const missing = relevant.filter((label) => placeOf(label, answer) === Number.POSITIVE_INFINITY)
    const wanted = new Set(relevant)
    const right = answer.filter(({ id, name }) => wanted.has(id) || wanted.has(name))
    precision += answer.length === 0 ? 1 : right.length / answer.length
    recall += 1 - missing.length / relevant.length
    const wrong = answer.filter((entry) => !right.includes(entry)).map(({ name }) => name)
    if (missing.length > 0 || wrong.length > 0) misses.push({ query, missing, got: wrong })
  }
  const { length } = labelled
  return { queries: length, precision: precision / length, recall: recall / length, misses }
}
