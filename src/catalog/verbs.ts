import type { ZodError } from 'zod'
import { type ErrorItem, FacetError, messageOf } from '../errors/facet-error.ts'
import type { EntryType } from '../rules/fields.ts'
import type { EntryRecord, JsonObject } from '../store/ports.ts'
import type { Catalog } from './catalog.ts'
import { baseTags, type Entry, MANUAL, type SourceInfo, shownMeta } from './entry.ts'
import type { HttpHandler } from './handler.ts'
import { INPUT_SCHEMAS, type Overlay, splitInput } from './input.ts'
import { compileSchema } from './json-schema.ts'
import { diffPatch } from './merge-patch.ts'
import { overlayFor } from './tags.ts'
import type { CatalogWriter } from './writer.ts'

/** What the verbs of the catalog work with. */
export interface CatalogContext {
  readonly catalog: Catalog
  readonly writer: CatalogWriter
  readonly now: () => Date
  /** Refuses a handler that may not be set. @throws {FacetError} */
  readonly checkHandler: (handler: HttpHandler) => void
  /** Refuses an input schema that clients would not take. @throws {FacetError} */
  readonly checkInputSchema: (schema: JsonObject) => void
}

/** Whether a caller's precondition holds for the current version; absent means always. */
export type Precondition = ((version: number) => boolean) | undefined

/** Turns what zod found into the items of an error. */
export function errorItems(error: ZodError): ErrorItem[] {
  return error.issues.map((issue) => ({
    path: pathOf(issue.path),
    ...(issue.code === 'custom' ? finer(issue.params) : {}),
    message: issue.message,
  }))
}

/** What a check of ours that ran within a schema said more than its message. */
function finer({ code, position }: Record<string, unknown> = {}): Partial<ErrorItem> {
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof position === 'number' ? { position } : {}),
  }
}

/** `rules[0].filter` */
export function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

/** Validates a body of an entry type and what it refers to. @throws {FacetError} */
export function checkInput(context: CatalogContext, type: EntryType, body: unknown) {
  const parsed = INPUT_SCHEMAS[type].safeParse(body)
  if (!parsed.success) {
    throw new FacetError('invalid_request', `The ${label(type)} is not valid.`, {
      errors: errorItems(parsed.error),
    })
  }
  const input = splitInput(type, parsed.data)
  for (const field of ['inputSchema', 'outputSchema'] as const) checkSchema(input.definition, field)
  const { inputSchema } = input.definition
  if (type === 'tool') context.checkInputSchema(inputSchema as JsonObject)
  if (input.handler) context.checkHandler(input.handler as unknown as HttpHandler)
  return input
}

function checkSchema(definition: JsonObject, field: 'inputSchema' | 'outputSchema'): void {
  const schema = definition[field] as JsonObject | undefined
  if (!schema) return
  try {
    compileSchema(schema)
  } catch (error) {
    throw new FacetError('invalid_schema', `${field} is not a usable JSON Schema.`, {
      errors: [{ path: field, message: messageOf(error) }],
    })
  }
}

export function label(type: EntryType): string {
  return type.replaceAll('_', ' ')
}

/** The record fields that an overlay sets, over what is there already. */
export function overlayFields(
  record: EntryRecord,
  source: SourceInfo,
  overlay: Overlay,
): Partial<EntryRecord> {
  return {
    ...(overlay.tags ? overlayFor(baseTags(record, source), overlay.tags) : {}),
    ...(overlay.enabled === undefined ? {} : { enabled: overlay.enabled }),
    ...(overlay.deprecated === undefined ? {} : { deprecated: overlay.deprecated }),
    ...(overlay.owner === undefined ? {} : { owner: overlay.owner }),
    ...(overlay.roles === undefined ? {} : { roles: overlay.roles }),
    ...(overlay.meta === undefined ? {} : { meta: metaOverlay(record, overlay.meta) }),
  }
}

function metaOverlay(record: EntryRecord, wanted: JsonObject): JsonObject | null {
  const own = shownMeta({ ...record, meta: null })
  const patch = diffPatch(own, wanted)
  return Object.keys(patch).length > 0 ? patch : null
}

/** The record an id stands for now, checked against type and precondition. @throws {FacetError} */
export function writable(
  { writer }: CatalogContext,
  type: EntryType,
  id: string,
  precondition: Precondition,
): EntryRecord {
  const record = writer.current(id)
  if (!record || record.type !== type || !record.present) throw notFound(type, id)
  if (precondition && !precondition(record.version)) {
    throw new FacetError('precondition_failed', `${id} is at version ${record.version} now.`)
  }
  return record
}

export function notFound(type: EntryType, id: string): FacetError {
  return new FacetError('not_found', `There is no ${label(type)} ${JSON.stringify(id)}.`)
}

/** @throws {FacetError} `name_taken` when another entry posted here has the key. */
export function refuseTaken(
  context: CatalogContext,
  type: EntryType,
  key: string,
  id?: string,
): void {
  const other = context.writer.currentByKey(MANUAL, type, key)
  if (!other || other.id === id) return
  throw new FacetError(
    'name_taken',
    `${other.id} is a ${label(type)} ${JSON.stringify(key)} already.`,
  )
}

/** Stores the next version of a record and answers with the entry it became. */
export async function commitOne(context: CatalogContext, record: EntryRecord): Promise<Entry> {
  await context.writer.commit({ put: [record], remove: [] })
  return context.catalog.get(record.id) ?? deleted(record)
}

/** Somebody deleted the entry while our write of it was on its way. */
function deleted(record: EntryRecord): never {
  throw notFound(record.type, record.id)
}
