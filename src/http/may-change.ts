import type { Context } from 'hono'
import { toEntry } from '../catalog/entry.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { EntryRecord } from '../store/ports.ts'
import type { Env, HttpContext } from './context.ts'
import { ifMatch } from './reply.ts'

/** A condition that is asked when the turn of a write has come: nothing comes between. */
type Condition = (version: number) => boolean

/** Most entries named in a refusal. */
const NAMED = 100

/** That the caller may change a server, as it is then, and that If-Match holds. */
export function ifMayManage(
  { resolution, changeRights }: HttpContext,
  c: Context<Env>,
  id: string,
): Condition {
  const matches = ifMatch(c)
  return (version) => {
    changeRights.requireManage(c.get('caller'), resolution.servers.get(id))
    return matches?.(version) ?? true
  }
}

/** That the caller may change an entry, as it is then, and that If-Match holds. */
export function ifMayWrite(
  { entries, changeRights }: HttpContext,
  c: Context<Env>,
  id: string,
): Condition {
  const matches = ifMatch(c)
  return (version) => {
    changeRights.requireWrite(c.get('caller'), entryOf(entries, entries.writer.current(id)!))
    return matches?.(version) ?? true
  }
}

/** That no policy denies the caller to make an entry what a write makes of it. */
export function requireResult(
  { entries, changeRights }: HttpContext,
  c: Context<Env>,
  record: EntryRecord,
): void {
  changeRights.requireResult(c.get('caller'), entryOf(entries, record))
}

/** That the caller may change all of what one write is about, as it is and to what it becomes. */
export function requireWrites(
  { entries, changeRights }: HttpContext,
  c: Context<Env>,
  put: readonly EntryRecord[],
): void {
  const caller = c.get('caller')
  const refused = put.filter((record) => {
    const before = entryOf(entries, entries.writer.current(record.id)!)
    return !changeRights.mayWrite(caller, before)
  })
  if (refused.length > 0) {
    const count = `${refused.length} of these ${put.length} entries`
    throw new FacetError('forbidden', `You may not change ${count}; narrow the filter.`, {
      errors: refused.slice(0, NAMED).map(({ id }) => ({ path: 'filter', message: id })),
    })
  }
  for (const record of put) changeRights.requireResult(caller, entryOf(entries, record))
}

function entryOf({ catalog }: HttpContext['entries'], record: EntryRecord) {
  return toEntry(record, catalog.source(record.source)!)
}
