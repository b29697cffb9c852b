import type { Catalog } from '../catalog/catalog.ts'
import type { Store } from '../store/ports.ts'
import { loadSources } from './load-sources.ts'
import type { Sources } from './sources.ts'

/** Rebuilds the catalog in memory from the store, and the sources from the configuration file too. */
export async function loadCatalog(
  store: Pick<Store, 'sources' | 'entries'>,
  catalog: Catalog,
  sources: Sources,
  configured: Parameters<typeof loadSources>[2],
): Promise<void> {
  const stored = await store.sources.all()
  const changed = loadSources(sources, stored, configured)
  for await (const records of store.entries.all()) {
    catalog.apply({ put: records.filter(({ source }) => catalog.source(source)), remove: [] })
  }
  for (const id of changed.remove) await sources.remove(id)
  for (const record of changed.store) await store.sources.put(record)
}
