import { FacetError } from '../errors/facet-error.ts'
import type { EntryType } from '../rules/fields.ts'
import type { EntryRecord, JsonObject } from '../store/ports.ts'
import { baseTags, type Entry, MANUAL, type SourceInfo, shownMeta } from './entry.ts'
import { type Overlay, overlaySchema } from './input.ts'
import { isJsonObject } from './json.ts'
import { mergePatch } from './merge-patch.ts'
import { shownTags } from './tags.ts'
import {
  type CatalogContext,
  checkInput,
  commitOne,
  errorItems,
  label,
  overlayFields,
  type Precondition,
  refuseTaken,
  writable,
} from './verbs.ts'

/**
 * Applies a JSON merge patch (RFC 7396) to an entry.
 *
 * @throws {FacetError} what {@link patchedEntry} throws, and `storage_failed`.
 */
export async function patchEntry(
  context: CatalogContext,
  type: EntryType,
  id: string,
  patch: unknown,
  precondition?: Precondition,
): Promise<Entry> {
  const next = patchedEntry(context, type, id, patch, precondition)
  return next === context.writer.current(id) ? context.catalog.get(id)! : commitOne(context, next)
}

/**
 * The record a merge patch makes of an entry, not stored yet; the current one when it says nothing.
 *
 * @throws {FacetError} `not_found`, `precondition_failed`, `invalid_request`, `name_taken`, and
 *   `managed_by_source` when it touches what the source of a federated entry decides.
 */
export function patchedEntry(
  context: CatalogContext,
  type: EntryType,
  id: string,
  patch: unknown,
  precondition?: Precondition,
): EntryRecord {
  const record = writable(context, type, id, precondition)
  if (!isJsonObject(patch)) {
    throw new FacetError('invalid_request', 'A merge patch of an entry is a JSON object.')
  }
  const next =
    record.source === MANUAL
      ? patchManual(context, record, patch)
      : patchFederated(context, record, patch)
  if (next === record) return record
  return { ...next, version: record.version + 1, updatedAt: context.now().toISOString() }
}

/** The body that would create the entry as it is now; what a patch is applied to. */
function bodyOf(record: EntryRecord): JsonObject {
  return {
    ...record.definition,
    ...record.content,
    ...(record.handler ? { handler: record.handler } : {}),
    tags: [...record.addedTags],
    enabled: record.enabled,
    deprecated: record.deprecated,
    owner: record.owner,
    roles: [...record.roles],
    meta: shownMeta(record),
  }
}

function patchManual(context: CatalogContext, record: EntryRecord, patch: JsonObject): EntryRecord {
  if (Object.keys(patch).length === 0) return record
  const body = bodyOf(record)
  // Giving a resource a text takes its blob away, and the other way round.
  if (typeof patch.text === 'string' && !('blob' in patch)) delete body.blob
  if (typeof patch.blob === 'string' && !('text' in patch)) delete body.text
  const patched = mergePatch(body, patch)
  const { key, definition, overlay, handler, content } = checkInput(context, record.type, patched)
  refuseTaken(context, record.type, key, record.id)
  const changed = { ...record, key, definition, handler, content }
  const cleared = {
    tags: [],
    enabled: true,
    deprecated: false,
    owner: null,
    roles: [],
    meta: {},
    ...overlay,
  }
  return { ...changed, ...overlayFields(changed, context.catalog.source(record.source)!, cleared) }
}

function patchFederated(
  context: CatalogContext,
  record: EntryRecord,
  patch: JsonObject,
): EntryRecord {
  const foreign = Object.keys(patch).filter((field) => !(field in overlaySchema.shape))
  if (foreign.length > 0) {
    throw new FacetError(
      'managed_by_source',
      `Source ${record.source} decides ${foreign.join(', ')} of the ${label(record.type)}; tags, enabled, deprecated, owner, roles and meta can be set here.`,
      { errors: foreign.map((path) => ({ path, message: 'Decided by the source.' })) },
    )
  }
  if (Object.keys(patch).length === 0) return record
  const source = context.catalog.source(record.source)!
  return { ...record, ...overlayFields(record, source, patchedOverlay(record, patch, source)) }
}

/** Null in a merge patch takes a field back to what the source, or the default, says. */
function patchedOverlay(record: EntryRecord, patch: JsonObject, source: SourceInfo): Overlay {
  const base = baseTags(record, source)
  const current = {
    tags: shownTags(base, record),
    enabled: record.enabled,
    deprecated: record.deprecated,
    owner: record.owner,
    roles: [...record.roles],
    meta: shownMeta(record),
  }
  const defaults = {
    tags: base,
    enabled: true,
    deprecated: false,
    owner: null,
    roles: [],
    meta: shownMeta({ ...record, meta: null }),
  }
  const parsed = overlaySchema.safeParse({
    ...defaults,
    ...(mergePatch(current, patch) as JsonObject),
  })
  if (parsed.success) return parsed.data
  throw new FacetError('invalid_request', 'The patch is not valid.', {
    errors: errorItems(parsed.error),
  })
}
