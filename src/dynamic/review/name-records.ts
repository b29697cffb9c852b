import type { EntryType } from '../../rules/fields.ts'
import type { ApprovalRecord } from '../../store/ports.ts'

/** Set before what stands for a name among the decisions of a server; no id of an entry has it. */
const NAME = 'name:'

/** What a name of a server is known by: an exposed name, or a URI, of one type. */
export function nameKey(type: EntryType, name: string): string {
  return `${NAME}${type}:${name}`
}

/** Whether a record tells what a name means, rather than what was decided about an entry. */
export function isName({ entry }: Pick<ApprovalRecord, 'entry'>): boolean {
  return entry.startsWith(NAME)
}

/** The record that a name means an entry from now on. */
export function nameRecord(
  server: string,
  key: string,
  holder: string,
  { author, decidedAt }: Pick<ApprovalRecord, 'author' | 'decidedAt'>,
): ApprovalRecord {
  const definition = { holder }
  return { server, entry: key, state: 'approved', hash: holder, definition, author, decidedAt }
}
