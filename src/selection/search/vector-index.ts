/** A document by its number and how near it is: larger is nearer. */
export type Nearest = readonly [row: number, similarity: number]

export interface VectorQuery {
  readonly vector: Float32Array
  readonly limit: number
}

/**
 * Vectors compared one by one: 15 ms for 10,000 of 512 numbers, and an index is no faster in
 * SQLite. Like the full-text index it belongs in a thread of its own.
 */
export class VectorIndex {
  readonly #vectors = new Map<number, Float32Array>()

  put(row: number, vector: Float32Array): void {
    this.#vectors.set(row, unit(vector))
  }

  remove(row: number): void {
    this.#vectors.delete(row)
  }

  /** The nearest rows, and every further row as near as the last of them. */
  find({ vector, limit }: VectorQuery, among: Uint8Array | undefined): Nearest[] {
    const wanted = unit(vector)
    const all: Nearest[] = []
    for (const [row, own] of this.#vectors) {
      if (among && !(((among[row >>> 3] ?? 0) >>> (row & 7)) & 1)) continue
      if (own.length === wanted.length) all.push([row, dot(own, wanted)])
    }
    all.sort((a, b) => b[1] - a[1])
    const last = all[limit - 1]?.[1]
    return last === undefined ? all : all.filter(([, similarity]) => similarity >= last)
  }
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector))
  return length === 0 ? vector : vector.map((value) => value / length)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
