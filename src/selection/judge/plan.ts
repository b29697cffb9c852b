import { inTurns } from '../pace.ts'
import { costOf, type Prices } from '../providers/estimate.ts'
import { type Item, sortedByHash, suspicionsAbout } from './item.ts'
import { requestOverhead } from './prompt.ts'

/** Candidates put into one request: all of one source. */
export type Chunk = readonly Item[]

export interface Tokens {
  readonly input: number
  readonly output: number
}

/** What asking would take. */
export interface Estimate extends Tokens {
  readonly requests: number
  /** Entries that would be asked about. */
  readonly entries: number
  /** US dollars; null where no price is configured. */
  readonly cost: number | null
}

export interface PlanOptions {
  /** Rows in one request. */
  readonly chunk: number
}

/** A source may not make us ask about more rows one by one than this. */
const MAX_ALONE = 50

/**
 * Splits candidates into requests. One request holds rows of one source only, and a suspicious row
 * is asked about alone: whatever a text does to the model, it does to its own rows.
 */
export async function planChunks(items: readonly Item[], options: PlanOptions): Promise<Chunk[]> {
  const sources = new Map<string, { plain: Item[]; suspicious: Item[] }>()
  await inTurns(items, (item) => {
    const of = sources.get(item.source) ?? { plain: [], suspicious: [] }
    sources.set(item.source, of)
    of[suspicionsAbout(item.document).length > 0 ? 'suspicious' : 'plain'].push(item)
  })
  const chunks: Chunk[] = []
  for (const source of [...sources.keys()].sort()) {
    const { plain, suspicious } = sources.get(source)!
    const [ordered, doubtful] = [await sortedByHash(plain), await sortedByHash(suspicious)]
    chunks.push(
      ...split(ordered, options.chunk),
      ...split(doubtful.slice(0, MAX_ALONE), 1),
      ...split(doubtful.slice(MAX_ALONE), options.chunk),
    )
  }
  return chunks
}

/** Parts of equal size, none larger than the limit. */
function split<T>(all: readonly T[], limit: number): T[][] {
  const parts = Math.ceil(all.length / limit)
  const size = Math.ceil(all.length / Math.max(parts, 1))
  return Array.from({ length: parts }, (_, i) => all.slice(i * size, (i + 1) * size))
}

/** Tokens of output for a row: about a third of the rows are picked, with a short reason. */
export const OUTPUT_PER_ROW = 8
export const OUTPUT_PER_REQUEST = 20

export function estimateChunk(overhead: number, chunk: Chunk): Tokens {
  return {
    input: chunk.reduce((sum, { tokens }) => sum + tokens, overhead),
    output: OUTPUT_PER_REQUEST + OUTPUT_PER_ROW * chunk.length,
  }
}

export function estimatePlan(
  prompt: string,
  chunks: readonly Chunk[],
  prices: Prices | undefined,
): Estimate {
  const overhead = requestOverhead(prompt)
  let [input, output, entries] = [0, 0, 0]
  for (const chunk of chunks) {
    const tokens = estimateChunk(overhead, chunk)
    input += tokens.input
    output += tokens.output
    entries += chunk.length
  }
  const cost = costOf({ input, output }, prices)
  return { requests: chunks.length, entries, input, output, cost }
}
