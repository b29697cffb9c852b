/** The nearest candidate within a third of the word's length, for "did you mean". */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const bound = Math.max(1, Math.floor(word.length / 3))
  let best: string | undefined
  let bestDistance = bound + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > bound) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/**
 * Edits between two words, one row at a time; two letters that changed places are one edit. Inputs
 * are at most a field or tag name long.
 */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const transposition = swapped ? before[j - 2]! + 1 : Infinity
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution, transposition))
    }
    before = previous
    previous = row
  }
  return previous[b.length]!
}
