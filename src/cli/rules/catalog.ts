import { readFileSync } from 'node:fs'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { Client } from '../client.ts'

/** What a lint has to know of an entry; filters look at all of it. */
export interface CatalogEntry {
  readonly type: EntryType
  readonly name: string
  readonly tags: readonly string[]
  readonly federated: boolean
}

/** The enabled entries of a catalog, by type. */
export type CatalogEntries = ReadonlyMap<EntryType, readonly CatalogEntry[]>

const NOUNS: Readonly<Record<EntryType, string>> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  resource_template: 'resource_templates',
}

type Page = Record<string, CatalogEntry[]> & { readonly next_cursor?: string }

/** All enabled entries of the running service. */
export async function fetchEntries(client: Client): Promise<CatalogEntries> {
  const found = new Map<EntryType, CatalogEntry[]>()
  for (const type of ENTRY_TYPES) {
    const entries: CatalogEntry[] = []
    let cursor = ''
    do {
      const path = `/${NOUNS[type]}?enabled=true&limit=500${cursor}`
      const page = await client.request<Page>('GET', path)
      entries.push(...page[NOUNS[type]]!)
      cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : ''
    } while (cursor)
    found.set(type, entries)
  }
  return found
}

/** Entries from a file: the lists that `facet list all --json` prints. */
export function readEntries(file: string): CatalogEntries {
  const parsed = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  if (!ENTRY_TYPES.some((type) => Array.isArray(parsed[NOUNS[type]]))) {
    throw new Error(`${file} has no list of tools, prompts, resources or resource_templates.`)
  }
  return new Map(
    ENTRY_TYPES.map((type) => {
      const entries = (parsed[NOUNS[type]] ?? []) as (CatalogEntry & { enabled?: boolean })[]
      return [type, entries.filter(({ enabled }) => enabled !== false)]
    }),
  )
}
