/** Rows as aligned columns; the last column is not padded and cut to the width of the terminal. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => visible(row[i] ?? '').length)),
  )
  const total = process.stdout.columns ?? 120
  return rows
    .map((row) => {
      const line = row.map((cell, i) => visible(cell).padEnd(widths[i]!)).join('  ')
      const trimmed = line.trimEnd()
      return trimmed.length > total ? `${trimmed.slice(0, total - 1)}…` : trimmed
    })
    .join('\n')
}

/** Text of others without what would move the cursor or hide characters. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
}
