import type { EntryRecord } from '../store/ports.ts'
import type { Catalog } from './catalog.ts'
import { type Entry, type SourceInfo, toEntry } from './entry.ts'

/** One entry as it is, and as a write that was not made would make it. */
export interface Hypothetical {
  readonly before: Entry | undefined
  readonly after: Entry | undefined
}

/** What a write would do to the entries of the catalog. Later changes of the catalog do not count. */
export function ofWrite(
  catalog: Catalog,
  write: { readonly put: readonly EntryRecord[]; readonly remove: readonly string[] },
): Hypothetical[] {
  return [
    ...write.remove.map((id) => ({ before: catalog.get(id), after: undefined })),
    ...write.put.map((record) => become(catalog, record, catalog.source(record.source)!)),
  ].filter(isReal)
}

/** What a changed source would do to its entries. */
export function ofSource(catalog: Catalog, info: SourceInfo): Hypothetical[] {
  return catalog
    .recordsOf(info.id)
    .map((record) => become(catalog, record, info))
    .filter(isReal)
}

function become(catalog: Catalog, record: EntryRecord, source: SourceInfo): Hypothetical {
  const before = catalog.get(record.id)
  return { before, after: record.present ? toEntry(record, source, before) : undefined }
}

function isReal({ before, after }: Hypothetical): boolean {
  return before !== undefined || after !== undefined
}
