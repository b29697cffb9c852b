import type { EntryDocument } from '../../catalog/entry.ts'
import type { ChangedText } from '../selector.ts'
import { clean } from '../text/clean.ts'

const MAX_TITLE = 80
const MAX_DESCRIPTION = 240

/** What the text of an entry was, when what it says of itself is another; tags are ours. */
export function changedText(
  old: EntryDocument,
  document: EntryDocument,
  now: Date,
): ChangedText | undefined {
  if (old.title === document.title && old.description === document.description) return undefined
  const title = clean(old.title, MAX_TITLE)
  const description = clean(old.description, MAX_DESCRIPTION)
  return {
    at: now.toISOString(),
    ...(title && { title }),
    ...(description && { description }),
  }
}
