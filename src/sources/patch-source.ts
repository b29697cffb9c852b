import { isJsonObject } from '../catalog/json.ts'
import { mergePatch } from '../catalog/merge-patch.ts'
import type { Precondition } from '../catalog/verbs.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { JsonObject, Origin } from '../store/ports.ts'
import { checkSource } from './create-source.ts'
import type { Source, Sources } from './sources.ts'

/**
 * Applies a JSON merge patch to a source. A changed transport is connected anew.
 *
 * @throws {FacetError} `not_found`, `precondition_failed`, `managed_by_config`, and what creating
 *   it would throw.
 */
export function patchSource(
  sources: Sources,
  id: string,
  patch: unknown,
  origin: Origin,
  precondition?: Precondition,
): Promise<Source> {
  return sources.alone(async () => {
    const { record, definition } = patchedSource(sources, id, patch, origin, precondition)
    return sources.put(record, definition)
  })
}

/** The source a merge patch makes, not stored yet. @throws {FacetError} as {@link patchSource}. */
export function patchedSource(
  sources: Sources,
  id: string,
  patch: unknown,
  origin: Origin,
  precondition?: Precondition,
): Omit<Source, 'status'> {
  const { record, definition } = changeable(sources, id, precondition)
  if (!isJsonObject(patch)) {
    throw new FacetError('invalid_request', 'A merge patch of a source is a JSON object.')
  }
  const merged = mergePatch(definition as unknown as JsonObject, patch) as JsonObject
  if ('id' in patch && patch.id !== id) {
    throw new FacetError('invalid_request', 'The id of a source does not change.', {
      errors: [{ path: 'id', message: 'Make a new source instead.' }],
    })
  }
  // Whoever may not set a command may still change the tags of a source that has one.
  const effective = 'transport' in patch ? origin : record.origin
  const checked = checkSource(sources, { ...merged, id }, effective)
  return {
    record: {
      ...record,
      definition: checked.definition as unknown as JsonObject,
      negotiated: 'transport' in patch ? null : record.negotiated,
      version: record.version + 1,
      updatedAt: sources.now().toISOString(),
    },
    definition: checked.definition,
  }
}

/** @throws {FacetError} `not_found`, `managed_by_config`, `precondition_failed` */
export function changeable(sources: Sources, id: string, precondition: Precondition): Source {
  const source = sources.get(id)
  if (source.record.origin === 'config') {
    throw new FacetError('managed_by_config', `Change ${id} in the configuration file.`)
  }
  if (precondition && !precondition(source.record.version)) {
    throw new FacetError('precondition_failed', `${id} is at version ${source.record.version} now.`)
  }
  return source
}
