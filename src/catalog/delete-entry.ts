import { FacetError } from '../errors/facet-error.ts'
import type { EntryType } from '../rules/fields.ts'
import type { EntryRecord } from '../store/ports.ts'
import { MANUAL } from './entry.ts'
import { type CatalogContext, label, type Precondition, writable } from './verbs.ts'

/**
 * Deletes an entry posted by hand.
 *
 * @throws {FacetError} what {@link deletableEntry} throws, and `storage_failed`.
 */
export async function deleteEntry(
  context: CatalogContext,
  type: EntryType,
  id: string,
  precondition?: Precondition,
): Promise<void> {
  deletableEntry(context, type, id, precondition)
  await context.writer.commit({ put: [], remove: [id] })
}

/**
 * The record of an entry that may be deleted.
 *
 * @throws {FacetError} `not_found`, `precondition_failed`, `managed_by_source`.
 */
export function deletableEntry(
  context: CatalogContext,
  type: EntryType,
  id: string,
  precondition?: Precondition,
): EntryRecord {
  const record = writable(context, type, id, precondition)
  if (record.source !== MANUAL) {
    throw new FacetError(
      'managed_by_source',
      `The ${label(type)} belongs to source ${record.source}; disable it with PATCH {"enabled": false}.`,
    )
  }
  return record
}
