import type { Precondition } from '../catalog/verbs.ts'
import { changeable } from './patch-source.ts'
import type { Sources } from './sources.ts'

/**
 * Disconnects a source and deletes it with its entries and everything set on them.
 *
 * @throws {FacetError} `not_found`, `precondition_failed`, `managed_by_config`, `storage_failed`.
 */
export function deleteSource(
  sources: Sources,
  id: string,
  precondition?: Precondition,
): Promise<void> {
  return sources.alone(async () => {
    changeable(sources, id, precondition)
    await sources.remove(id)
  })
}
