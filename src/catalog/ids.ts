import { createHash } from 'node:crypto'
import { ulid } from 'ulid'
import type { EntryType } from '../rules/fields.ts'

const PREFIX: Readonly<Record<EntryType, string>> = {
  tool: 'tool',
  prompt: 'prompt',
  resource: 'resource',
  resource_template: 'template',
}

/** A new id for an entry posted here: `tool_01J…`, in order of creation. */
export function newEntryId(type: EntryType): string {
  return `${PREFIX[type]}_${ulid()}`
}

/** The id of an entry of a source: the same whenever the same thing is offered again. */
export function derivedEntryId(source: string, type: EntryType, key: string): string {
  const digest = createHash('sha256').update(`${source}\0${type}\0${key}`).digest('hex')
  return `${PREFIX[type]}_${digest.slice(0, 26)}`
}
