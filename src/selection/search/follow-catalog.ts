import type { Catalog } from '../../catalog/catalog.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { searchDocument } from './document.ts'
import type { Search } from './port.ts'

/** Keeps a search up to date with the catalog, from now until the answer is called. */
export function followCatalog(catalog: Catalog, search: Search): () => void {
  for (const type of ENTRY_TYPES) {
    search.upsert(catalog.list(type).map(({ document }) => searchDocument(document)))
  }
  return catalog.subscribe(({ entries }) => {
    const gone = entries.filter(({ after }) => !after).map(({ before }) => before!.document.id)
    const put = entries.flatMap(({ after }) => (after ? [searchDocument(after.document)] : []))
    if (gone.length > 0) search.remove(gone)
    if (put.length > 0) search.upsert(put)
  })
}
