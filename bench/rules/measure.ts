/** Times of one thing, in ms. */
export interface Times {
  readonly median: number
  readonly p99: number
}

export function summary(times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  return { median: at(0.5), p99: at(0.99) }
}

/** Keeps results, so that no loop is optimised away. */
export let kept = 0

export function keep(value: number): void {
  kept = (kept + value) | 0
}

/**
 * The medians of several things, timed in turns, so that a busy machine is busy for all of them.
 * Ratios are firmer than times. Each is run once before it is timed: what ran before it has left the
 * processor's caches full of its own, which is nobody's cost.
 */
export function inTurns(
  rounds: number,
  things: Readonly<Record<string, () => number>>,
): Record<string, number> {
  const times = new Map(Object.keys(things).map((name): [string, number[]] => [name, []]))
  for (let round = -3; round < rounds; round++) {
    for (const [name, run] of Object.entries(things)) {
      keep(run())
      const begin = performance.now()
      keep(run())
      // The first rounds warm up.
      if (round >= 0) times.get(name)!.push(performance.now() - begin)
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, summary(all).median]))
}

/** Memory in use after a collection, in bytes; needs --expose-gc. */
export function memory(): number {
  const { gc } = globalThis as { gc?: () => void }
  gc?.()
  gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

export const ms = (time: number) => `${time < 1 ? time.toFixed(3) : time.toFixed(1)} ms`
export const us = (time: number) => `${(time * 1000).toFixed(0)} us`
export const times = (ratio: number) => `${ratio.toFixed(ratio < 1 ? 3 : 1)} x`

/** One line of the table. */
export function row(what: string, measured: string, bound: string, holds?: boolean): void {
  const verdict = holds === undefined ? '' : holds ? 'holds' : 'MISSED'
  console.log(`| ${what} | ${measured} | ${bound} | ${verdict} |`)
}
