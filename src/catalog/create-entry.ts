import type { EntryType } from '../rules/fields.ts'
import type { EntryRecord } from '../store/ports.ts'
import { type Entry, MANUAL } from './entry.ts'
import { newEntryId } from './ids.ts'
import { type CatalogContext, checkInput, commitOne, overlayFields, refuseTaken } from './verbs.ts'

/**
 * Adds an entry posted by hand.
 *
 * @throws {FacetError} what {@link newEntry} throws, and `storage_failed`.
 */
export async function createEntry(
  context: CatalogContext,
  type: EntryType,
  body: unknown,
): Promise<Entry> {
  return commitOne(context, newEntry(context, type, body))
}

/**
 * The record of an entry posted by hand, not stored yet.
 *
 * @throws {FacetError} `invalid_request`, `invalid_schema`, `name_taken`.
 */
export function newEntry(context: CatalogContext, type: EntryType, body: unknown): EntryRecord {
  const { key, definition, overlay, handler, content } = checkInput(context, type, body)
  refuseTaken(context, type, key)
  const at = context.now().toISOString()
  const record = {
    id: newEntryId(type),
    type,
    source: MANUAL,
    key,
    definition,
    upstreamTags: [],
    addedTags: [],
    removedTags: [],
    enabled: true,
    deprecated: false,
    owner: null,
    roles: [],
    meta: null,
    handler,
    content,
    present: true,
    version: 1,
    createdAt: at,
    updatedAt: at,
  }
  const source = context.catalog.source(MANUAL)!
  return { ...record, ...overlayFields(record, source, overlay) }
}
