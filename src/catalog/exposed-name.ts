import type { EntryType } from '../rules/fields.ts'
import type { Entry } from './entry.ts'

/** How a server names its entries: as they are called, or with the prefix of their source. */
export type Naming = 'plain' | 'prefixed'

/** Tools and prompts are told apart by name, resources and templates by URI. */
export function isNamed(type: EntryType): boolean {
  return type === 'tool' || type === 'prompt'
}

/** The name clients see; prefixes are never doubled. */
export function shownName({ document, source }: Entry, naming: Naming): string {
  const { prefix } = source
  if (naming === 'plain' || prefix === '' || !isNamed(document.type)) return document.name
  return document.name.startsWith(`${prefix}_`) ? document.name : `${prefix}_${document.name}`
}

/** What tells entries of one type apart on a server: the shown name, or the URI. */
export function exposedName(entry: Entry, naming: Naming): string {
  return isNamed(entry.document.type) ? shownName(entry, naming) : entry.record.key
}
