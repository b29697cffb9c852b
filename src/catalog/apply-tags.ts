import { setImmediate as nextTask } from 'node:timers/promises'
import { FacetError } from '../errors/facet-error.ts'
import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import type { Filter } from '../rules/filter.ts'
import type { EntryRecord } from '../store/ports.ts'
import { baseTags, type Entry } from './entry.ts'
import { MAX_TAGS, overlayFor, shownTags } from './tags.ts'
import type { CatalogContext } from './verbs.ts'

export interface TagApplication {
  readonly filter: Filter
  readonly types?: readonly EntryType[] | undefined
  readonly add: readonly string[]
  readonly remove: readonly string[]
  readonly dry_run: boolean
  /** Refuses the whole application for what its caller may not change. @throws {FacetError} */
  readonly check?: (put: readonly EntryRecord[]) => void
}

export interface TagChange {
  readonly id: string
  readonly type: EntryType
  readonly name: string
  readonly source: string
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export interface TagOutcome {
  /** Entries the filter matched. */
  readonly matched: number
  /** Entries whose tags change, or would. */
  readonly changed: number
  readonly dry_run: boolean
  /** The first of the changed ones. */
  readonly entries: readonly TagChange[]
}

/** Changes shown in the answer; the counts cover all of them. */
const SHOWN = 100
/** Entries looked at before other work gets its turn. */
const CHUNK = 200

/** What an application of tags comes to, and the records that are stored for it. */
export interface PlannedTags {
  readonly outcome: TagOutcome
  readonly put: readonly EntryRecord[]
}

/**
 * Adds and removes tags on every entry a filter matches, in one transaction. A dry run answers the
 * same, with the records it would have stored, and changes nothing.
 *
 * @throws {FacetError} what the check throws, `invalid_request` when an entry would get too many tags; `storage_failed`.
 */
export async function applyTags(
  context: CatalogContext,
  application: TagApplication,
): Promise<PlannedTags> {
  const { filter, types = ENTRY_TYPES, dry_run } = application
  const matched = await matches(context, filter, types)
  // From here to the commit nothing waits, so no other write can come between.
  const changes = matched.flatMap((entry) => changeOf(context, entry, application) ?? [])
  const put = changes.map((change) => change.record)
  application.check?.(put)
  if (!dry_run) await context.writer.commit({ put, remove: [] })
  const shown = changes.slice(0, SHOWN).map((change) => change.shown)
  return { outcome: { matched: matched.length, changed: put.length, dry_run, entries: shown }, put }
}

async function matches(
  { catalog }: CatalogContext,
  filter: Filter,
  types: readonly EntryType[],
): Promise<Entry[]> {
  const matched: Entry[] = []
  let seen = 0
  for (const type of types) {
    for (const entry of catalog.list(type)) {
      if (++seen % CHUNK === 0) await nextTask()
      if (filter.evaluate(entry.document) === 'match') matched.push(entry)
    }
  }
  return matched
}

function changeOf(
  context: CatalogContext,
  entry: Entry,
  { add, remove }: TagApplication,
): { record: EntryRecord; shown: TagChange } | undefined {
  const record = context.writer.current(entry.record.id)
  if (!record) return undefined
  const base = baseTags(record, entry.source)
  const before = shownTags(base, record)
  const after = [...new Set([...before.filter((tag) => !remove.includes(tag)), ...add])]
  if (after.length === before.length && after.every((tag) => before.includes(tag))) return undefined
  if (after.length > MAX_TAGS) {
    throw new FacetError(
      'invalid_request',
      `${entry.document.name} would have ${after.length} tags.`,
    )
  }
  const next = {
    ...record,
    ...overlayFor(base, after),
    version: record.version + 1,
    updatedAt: context.now().toISOString(),
  }
  const { id, type, source } = record
  return { record: next, shown: { id, type, name: entry.document.name, source, before, after } }
}
