import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { ChangedList, Connection } from './connection.ts'
import type { UpstreamLimits } from './limits.ts'
import { type Offered, translate } from './translate.ts'

/** Something an upstream offers that the catalog does not take, and why. */
export interface Skipped {
  readonly type: EntryType
  readonly name: string
  readonly reason: string
}

export interface Discovery {
  /** What is offered now, for each type that was listed. */
  readonly offered: ReadonlyMap<EntryType, readonly Offered[]>
  readonly skipped: readonly Skipped[]
}

const LISTS: Readonly<
  Record<EntryType, { method: string; key: string; capability: 'tools' | 'prompts' | 'resources' }>
> = {
  tool: { method: 'tools/list', key: 'tools', capability: 'tools' },
  prompt: { method: 'prompts/list', key: 'prompts', capability: 'prompts' },
  resource: { method: 'resources/list', key: 'resources', capability: 'resources' },
  resource_template: {
    method: 'resources/templates/list',
    key: 'resourceTemplates',
    capability: 'resources',
  },
}

/**
 * Lists what an upstream offers, all pages of it, within bounds. `only` limits it to the lists
 * that changed. A type the upstream does not have counts as offered empty.
 *
 * @throws when a list cannot be had or makes no sense; then nothing is known of any type.
 */
export async function discover(
  connection: Connection,
  limits: UpstreamLimits,
  only?: ReadonlySet<ChangedList>,
): Promise<Discovery> {
  const offered = new Map<EntryType, Offered[]>()
  const skipped: Skipped[] = []
  let left = limits.entries
  for (const type of ENTRY_TYPES) {
    const { capability } = LISTS[type]
    if (only && !only.has(capability)) continue
    const entries: Offered[] = []
    offered.set(type, entries)
    if (!connection.capabilities[capability]) continue
    const keys = new Set<string>()
    for await (const raw of listed(connection, limits, type)) {
      if (--left < 0) throw new Error(`it offers more than ${limits.entries} entries`)
      const taken = translate(type, raw)
      const reason = 'reason' in taken ? taken.reason : keys.has(taken.key) ? 'offered twice' : ''
      if ('key' in taken && reason === '') {
        keys.add(taken.key)
        entries.push(taken)
      } else if (skipped.length < limits.skipped) {
        skipped.push({ type, name: nameOf(raw), reason })
      }
    }
  }
  return { offered, skipped }
}

async function* listed(
  connection: Connection,
  limits: UpstreamLimits,
  type: EntryType,
): AsyncGenerator<unknown> {
  const { method, key } = LISTS[type]
  const seen = new Set<string>()
  let cursor: string | undefined
  for (let page = 0; page < limits.pages; page++) {
    const params: JsonObject = cursor === undefined ? {} : { cursor }
    const result = await ask(connection, method, params, limits.listMs)
    if (!result) return
    const items: unknown = result[key]
    if (!Array.isArray(items)) throw new Error(`${method} answered without ${key}`)
    yield* items
    const next: unknown = result.nextCursor
    if (typeof next !== 'string') return
    if (seen.has(next)) throw new Error(`${method} gave the same cursor twice`)
    seen.add(next)
    cursor = next
  }
  throw new Error(`${method} has more than ${limits.pages} pages`)
}

const METHOD_NOT_FOUND = -32601

/** Many servers declare resources but know no templates: that is an empty list. */
async function ask(
  connection: Connection,
  method: string,
  params: JsonObject,
  timeout: number,
): Promise<JsonObject | undefined> {
  try {
    return await connection.request(method, params, { timeout })
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : 0
    if (code === METHOD_NOT_FOUND && method === 'resources/templates/list') return undefined
    throw error
  }
}

function nameOf(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null) return '(not an object)'
  const { name, uri, uriTemplate } = raw as Record<string, unknown>
  return String(name ?? uri ?? uriTemplate ?? '(without a name)').slice(0, 200)
}
