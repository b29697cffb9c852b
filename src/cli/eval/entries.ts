import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { EntryDocument } from '../../catalog/entry.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { Client } from '../client.ts'
import { fetchEntries } from '../rules/catalog.ts'

/** The enabled entries of one type on the running service. */
export async function fetchDocuments(client: Client, type: EntryType): Promise<EntryDocument[]> {
  return ((await fetchEntries(client)).get(type) ?? []) as unknown as EntryDocument[]
}

const entry = z.looseObject({
  id: z.string().optional(),
  name: z.string().min(1),
  tags: z.array(z.string()).default([]),
  source: z.string().optional(),
  server: z.string().optional(),
  enabled: z.boolean().default(true),
})

const LISTS: Readonly<Record<EntryType, string>> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  resource_template: 'resource_templates',
}

/**
 * Entries of a file: what `facet list all --json` printed, what an MCP server answered to
 * `tools/list`, or a bare list.
 *
 * @throws {Error} saying which entry cannot be used.
 */
export function readDocuments(file: string, type: EntryType): EntryDocument[] {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const list = Array.isArray(parsed) ? parsed : (parsed as Record<string, unknown>)[LISTS[type]]
  if (!Array.isArray(list)) throw new Error(`${file} has no list of ${LISTS[type]}.`)
  return list.flatMap((item, i) => {
    const read = entry.safeParse(item)
    if (!read.success) {
      const { path, message } = read.error.issues[0]!
      throw new Error(`${file}: ${[`[${i}]`, ...path].join('.')}: ${message}`)
    }
    return read.data.enabled ? [toDocument(read.data, type, i)] : []
  })
}

const EPOCH = new Date(0).toISOString()

function toDocument(read: z.output<typeof entry>, type: EntryType, i: number): EntryDocument {
  const { server, source = server ?? 'file', id = `${type}_${i}_${read.name}`, ...rest } = read
  return {
    federated: false,
    deprecated: false,
    owner: null,
    roles: [],
    meta: {},
    created_at: EPOCH,
    updated_at: EPOCH,
    ...rest,
    id,
    type,
    source,
  }
}
