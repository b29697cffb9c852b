import type { EntryRow, ServerRow, SourceRow } from './schema.ts'

/** What the store asks of its thread. */
export type Request =
  | { method: 'entries.page'; after: string }
  | { method: 'entries.stage'; rows: EntryRow[] }
  | { method: 'entries.commit'; remove: readonly string[] }
  | { method: 'sources.all' }
  | { method: 'sources.put'; row: SourceRow }
  | { method: 'sources.remove'; id: string }
  | { method: 'servers.all' }
  | { method: 'servers.put'; row: ServerRow }
  | { method: 'servers.remove'; id: string }
  | { method: 'check' }
  | { method: 'close' }

export type Response = { id: number; result: unknown } | { id: number; error: string }
