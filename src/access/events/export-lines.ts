import type { StoredEvent } from '../../store/event-port.ts'
import { presentEvent } from './read-events.ts'

/** Events as text: JSON, or comma-separated values (RFC 4180) below a line of names. */
export async function* exportLines(
  pages: AsyncIterable<readonly StoredEvent[]>,
  format: 'ndjson' | 'csv',
): AsyncIterable<Uint8Array> {
  let isFirst = true
  for await (const page of pages) {
    const events = page.map(presentEvent)
    if (format === 'ndjson') {
      yield Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
      continue
    }
    const names = isFirst ? `${Object.keys(events[0]!).join(',')}\r\n` : ''
    isFirst = false
    const lines = events.map((event) => `${Object.values(event).map(cell).join(',')}\r\n`)
    yield Buffer.from(names + lines.join(''))
  }
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  // A spreadsheet would run it; names come from clients.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
