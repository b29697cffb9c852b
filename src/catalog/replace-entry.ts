import { FacetError } from '../errors/facet-error.ts'
import type { EntryType } from '../rules/fields.ts'
import type { EntryRecord } from '../store/ports.ts'
import { type Entry, MANUAL } from './entry.ts'
import {
  type CatalogContext,
  checkInput,
  commitOne,
  label,
  overlayFields,
  type Precondition,
  refuseTaken,
  writable,
} from './verbs.ts'

/**
 * Replaces an entry posted by hand as a whole; what the body leaves out takes its default.
 *
 * @throws {FacetError} what {@link replacedEntry} throws, and `storage_failed`.
 */
export async function replaceEntry(
  context: CatalogContext,
  type: EntryType,
  id: string,
  body: unknown,
  precondition?: Precondition,
): Promise<Entry> {
  return commitOne(context, replacedEntry(context, type, id, body, precondition))
}

/**
 * The record that takes the place of an entry posted by hand, not stored yet.
 *
 * @throws {FacetError} `not_found`, `precondition_failed`, `managed_by_source`, and what
 *   creating it would throw.
 */
export function replacedEntry(
  context: CatalogContext,
  type: EntryType,
  id: string,
  body: unknown,
  precondition?: Precondition,
): EntryRecord {
  const record = writable(context, type, id, precondition)
  if (record.source !== MANUAL) {
    throw new FacetError(
      'managed_by_source',
      `The ${label(type)} belongs to source ${record.source}; PATCH its tags, enabled, deprecated, owner, roles or meta.`,
    )
  }
  const { key, definition, overlay, handler, content } = checkInput(context, type, body)
  refuseTaken(context, type, key, id)
  const bare = {
    ...record,
    key,
    definition,
    handler,
    content,
    addedTags: [],
    removedTags: [],
    enabled: true,
    deprecated: false,
    owner: null,
    roles: [],
    meta: null,
  }
  return {
    ...bare,
    ...overlayFields(bare, context.catalog.source(MANUAL)!, overlay),
    version: record.version + 1,
    updatedAt: context.now().toISOString(),
  }
}
