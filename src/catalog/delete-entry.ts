import { FacetError } from '../errors/facet-error.ts'
import type { EntryType } from '../rules/fields.ts'
import { MANUAL } from './entry.ts'
import { type CatalogContext, label, type Precondition, writable } from './verbs.ts'

/**
 * Deletes an entry posted by hand.
 *
 * @throws {FacetError} `not_found`, `precondition_failed`, `managed_by_source`, `storage_failed`.
 */
export async function deleteEntry(
  context: CatalogContext,
  type: EntryType,
  id: string,
  precondition?: Precondition,
): Promise<void> {
  const record = writable(context, type, id, precondition)
  if (record.source !== MANUAL) {
    throw new FacetError(
      'managed_by_source',
      `The ${label(type)} belongs to source ${record.source}; disable it with PATCH {"enabled": false}.`,
    )
  }
  await context.writer.commit({ put: [], remove: [id] })
}
