import type { EntryDocument } from '../../catalog/entry.ts'

/** Tells by the names a rule lists: those of tools and prompts, and the URIs of resources. */
export function namedBy(names: readonly string[]): (document: EntryDocument) => boolean {
  const all = new Set(names)
  return ({ name, uri, uriTemplate }) =>
    all.has(name) || ((uri ?? uriTemplate) !== undefined && all.has((uri ?? uriTemplate)!))
}
