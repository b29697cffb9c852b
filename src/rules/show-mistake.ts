import type { FilterError } from './filter-error.ts'
import { type Cell, cellsOf } from './visible.ts'

/** Columns of filter text shown around a mistake: a long filter is cut to what matters. */
const WINDOW = 72

/** Code units looked at on either side: enough to fill the window, whatever they are. */
const REACH = 1024

/**
 * Shows the part of a filter around a mistake, on one line, with carets under it:
 *
 * ```text
 * name === 'x'
 *      ^^^
 * ```
 *
 * Characters that would hide or reorder others are spelled out, so that what is shown is what is
 * there and the carets stand below it.
 */
export function showMistake(source: string, { position, length }: FilterError): string {
  const start = Math.max(0, position - REACH)
  const cells = cellsOf(source.slice(start, position + REACH))
  const found = cells.findIndex(({ at }) => start + at >= position)
  const mistake = found < 0 ? cells.length : found
  const [first, last] = windowAround(cells, mistake)
  const meant = cells.slice(mistake, last).filter(({ at }) => start + at < position + length)
  const line = cells.slice(first, last).map(({ shown }) => shown)
  const head = start + first > 0 ? '…' : ''
  const tail = last < cells.length ? '…' : ''
  const column = head.length + columnsOf(cells.slice(first, mistake))
  const carets = '^'.repeat(Math.max(1, columnsOf(meant)))
  return `${head}${line.join('')}${tail}\n${' '.repeat(column)}${carets}`
}

/** The cells that fill the window, with the mistake in its middle or nearer to an end of the text. */
function windowAround(cells: readonly Cell[], mistake: number): [first: number, last: number] {
  let first = mistake
  let room = Math.max(WINDOW / 2, WINDOW - columnsOf(cells.slice(mistake)))
  while (first > 0 && room >= cells[first - 1]!.columns) room -= cells[--first]!.columns
  let last = mistake
  room = WINDOW - columnsOf(cells.slice(first, mistake))
  while (last < cells.length && room >= cells[last]!.columns) room -= cells[last++]!.columns
  return [first, last]
}

function columnsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { columns }) => sum + columns, 0)
}
