import { setImmediate as nextTask } from 'node:timers/promises'
import type { Catalog } from '../../catalog/catalog.ts'
import { derivedEntryId } from '../../catalog/ids.ts'
import type { CatalogWriter } from '../../catalog/writer.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { EntryRecord } from '../../store/ports.ts'
import type { Discovery } from './discover.ts'
import type { Offered } from './translate.ts'

export interface SyncReport {
  readonly added: number
  readonly changed: number
  readonly removed: number
}

interface SyncContext {
  readonly catalog: Catalog
  readonly writer: CatalogWriter
  readonly now: () => Date
}

/**
 * Makes the entries of a source what it offers now, in one write.
 *
 * What was set here stays: an entry that is offered no more but has tags, marks or metadata of
 * ours is kept out of sight, and gets them back when it returns.
 */
export async function syncEntries(
  { catalog, writer, now }: SyncContext,
  source: string,
  { offered }: Discovery,
): Promise<SyncReport> {
  const at = now().toISOString()
  const known = new Set(
    catalog
      .recordsOf(source)
      .filter(({ type }) => offered.has(type))
      .map(({ id }) => id),
  )
  const put: EntryRecord[] = []
  const report = { added: 0, changed: 0, removed: 0 }
  let seen = 0
  for (const [type, entries] of offered) {
    for (const entry of entries) {
      // Comparing thousands of definitions takes a while; nothing is written before the end.
      if (++seen % 200 === 0) await nextTask()
      const id = derivedEntryId(source, type, entry.key)
      known.delete(id)
      const before = writer.current(id)
      const after = before ? updated(before, entry, at) : created(id, source, type, entry, at)
      if (after === before) continue
      put.push(after)
      if (before?.present) report.changed++
      else report.added++
    }
  }
  const gone = [...known].flatMap((id) => writer.current(id) ?? [])
  const remove = gone.filter((record) => !hasOverlay(record)).map(({ id }) => id)
  for (const record of gone) {
    if (!record.present) continue
    report.removed++
    if (hasOverlay(record)) {
      put.push({ ...record, present: false, version: record.version + 1, updatedAt: at })
    }
  }
  await writer.commit({ put: put.map((record) => rebase(writer, record)), remove })
  return report
}

function created(
  id: string,
  source: string,
  type: EntryType,
  { key, definition, tags }: Offered,
  at: string,
): EntryRecord {
  return {
    id,
    type,
    source,
    key,
    definition,
    upstreamTags: tags,
    addedTags: [],
    removedTags: [],
    enabled: true,
    deprecated: false,
    owner: null,
    roles: [],
    meta: null,
    handler: null,
    content: null,
    present: true,
    version: 1,
    createdAt: at,
    updatedAt: at,
  }
}

/** The record with the upstream's part renewed; the same object when nothing changed. */
function updated(record: EntryRecord, { definition, tags }: Offered, at: string): EntryRecord {
  const same =
    record.present &&
    JSON.stringify(record.upstreamTags) === JSON.stringify(tags) &&
    JSON.stringify(record.definition) === JSON.stringify(definition)
  if (same) return record
  const version = record.version + 1
  return { ...record, definition, upstreamTags: tags, present: true, version, updatedAt: at }
}

/** Somebody may have tagged an entry while the upstream was compared: their part is the newer. */
function rebase(writer: CatalogWriter, record: EntryRecord): EntryRecord {
  const current = writer.current(record.id)
  if (!current || current.version < record.version) return record
  const { definition, upstreamTags, present, updatedAt } = record
  return {
    ...current,
    definition,
    upstreamTags,
    present,
    updatedAt,
    version: current.version + 1,
  }
}

function hasOverlay(record: EntryRecord): boolean {
  return (
    record.addedTags.length > 0 ||
    record.removedTags.length > 0 ||
    !record.enabled ||
    record.deprecated ||
    record.owner !== null ||
    record.roles.length > 0 ||
    record.meta !== null
  )
}
