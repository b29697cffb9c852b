import { isDeepStrictEqual } from 'node:util'
import type { Preview, PreviewEntry } from '../../dynamic/preview.ts'
import type { FileServer } from '../../dynamic/rules-directory.ts'
import { withAccess } from '../../dynamic/write-servers.ts'
import type { EntryType } from '../../rules/fields.ts'
import type { Client } from '../client.ts'
import { type Line, lineDifference } from './lines.ts'
import type { Running } from './running.ts'
import { written } from './written.ts'

export interface ChangedEntry {
  readonly id: string
  readonly type: EntryType
  readonly name: string
  readonly source: string
}

/** What deploying rules files would change on one server. */
export interface ServerDifference {
  readonly server: string
  readonly change: 'added' | 'removed' | 'changed'
  /** What stands in the way of the change, or limits what is said here. */
  readonly notes: readonly string[]
  readonly settings: readonly {
    readonly field: string
    readonly before: unknown
    readonly after: unknown
  }[]
  /** The rules as lines; `+` is new and `-` goes. */
  readonly rules: readonly Line[]
  readonly gains: readonly ChangedEntry[]
  readonly loses: readonly ChangedEntry[]
  /** Entries that stay, under another name; `name` is the new one. */
  readonly renames: readonly (ChangedEntry & { readonly before: string })[]
  readonly tokens: { readonly before: number; readonly after: number }
}

/** Warnings of a preview about overrides: what they do depends on the entries of the service. */
const OF_OVERRIDES: readonly string[] = ['override_unfit', 'override_unmatched']

/**
 * What would change if the files were the rules directory of a service: servers from files that
 * are gone would go too, servers made over REST are let be.
 */
export async function differencesOf(
  client: Client,
  files: readonly FileServer[],
  running: readonly Running[],
): Promise<ServerDifference[]> {
  const found: ServerDifference[] = []
  for (const read of files) {
    const now = running.find(({ id }) => id === read.id)
    const file = now ? { ...read, definition: withAccess(read, now.definition.access) } : read
    if (now && isDeepStrictEqual(now.definition, file.definition) && !now.problem) continue
    found.push(await difference(client, file.id, now, file))
  }
  const wanted = new Set(files.map(({ id }) => id))
  for (const now of running) {
    if (now.origin !== 'file' || wanted.has(now.id)) continue
    found.push(await difference(client, now.id, now, undefined))
  }
  return found
}

async function difference(
  client: Client,
  id: string,
  now: Running | undefined,
  file: FileServer | undefined,
): Promise<ServerDifference> {
  const [was, is] = [now?.definition, file?.definition]
  const before = now && !now.problem ? await previewOf(client, id, undefined) : undefined
  const after = file && (await previewOf(client, now?.problem ? undefined : now?.id, file))
  const [old, next] = [entriesOf(before), entriesOf(after)]
  const settings = settingsOf(was, is)
  const notes: string[] = []
  if (now && file && now.origin !== 'file') {
    notes.push('It was made over REST: the file is not taken over before it is deleted there.')
  }
  if (now?.problem) notes.push(`The service cannot use it as it is: ${now.problem}`)
  if (file?.definition.status === 'draft') notes.push('It is a draft: previewed, not served.')
  const warnings = after?.warnings.filter(({ code }) => OF_OVERRIDES.includes(code)) ?? []
  notes.push(...warnings.map(({ message }) => message))
  return {
    server: id,
    change: !now ? 'added' : !file ? 'removed' : 'changed',
    notes,
    settings: now && file ? settings : [],
    rules: lineDifference(rulesOf(was), rulesOf(is)),
    gains: [...next.values()].filter((entry) => !old.has(entry.id)),
    loses: [...old.values()].filter((entry) => !next.has(entry.id)),
    renames: [...next.values()].flatMap((entry) => {
      const before = old.get(entry.id)?.name
      return before === undefined || before === entry.name ? [] : [{ ...entry, before }]
    }),
    tokens: { before: before?.estimated_tokens ?? 0, after: after?.estimated_tokens ?? 0 },
  }
}

function previewOf(client: Client, id: string | undefined, file: FileServer | undefined) {
  const path = id === undefined ? '/dynamic/preview' : `/dynamic/${encodeURIComponent(id)}/preview`
  const body = file && { definition: file.definition }
  return client.request<Preview>('POST', path, body)
}

function entriesOf(preview: Preview | undefined): Map<string, ChangedEntry> {
  if (!preview) return new Map()
  const lists: [EntryType, readonly PreviewEntry[]][] = [
    ['tool', preview.tools],
    ['prompt', preview.prompts],
    ['resource', preview.resources],
    ['resource_template', preview.resource_templates],
  ]
  return new Map(
    lists.flatMap(([type, entries]) =>
      entries.map(({ id, name, source }) => [id, { id, type, name, source }] as const),
    ),
  )
}

function settingsOf(was: FileServer['definition'] | undefined, is: typeof was) {
  const [before, after]: Record<string, unknown>[] = [was ?? {}, is ?? {}]
  return [...new Set([...Object.keys(before!), ...Object.keys(after!)])]
    .filter((field) => field !== 'rules' && !isDeepStrictEqual(before![field], after![field]))
    .map((field) => ({ field, before: before![field] ?? null, after: after![field] ?? null }))
}

function rulesOf(definition: FileServer['definition'] | undefined): string[] {
  return definition ? written(definition).rules.map((rule) => JSON.stringify(rule)) : []
}
