import type { Measured } from './load.ts'

export const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!

export function header(title: string): void {
  console.log(`\n${title}`)
  console.log(`${' '.repeat(36)}    req/s  x floor   cpu us  x floor   p50 ms   p99 ms`)
}

/** One target beside the floor; ratios are those of runs of the same round. */
export function row(name: string, runs: readonly Measured[], floors: readonly Measured[]): void {
  const of = (pick: (m: Measured) => number) => median(runs.map(pick))
  const ratio = (pick: (m: Measured) => number) =>
    median(runs.map((run, i) => pick(run) / pick(floors[i]!)))
  const cells = [
    of((m) => m.perSecond).toFixed(0),
    ratio((m) => m.perSecond).toFixed(2),
    of((m) => m.cpu).toFixed(0),
    ratio((m) => m.cpu).toFixed(1),
    of((m) => m.p50).toFixed(2),
    of((m) => m.p99).toFixed(2),
  ]
  console.log([name.padEnd(36), ...cells.map((cell) => cell.padStart(8))].join(' '))
}
