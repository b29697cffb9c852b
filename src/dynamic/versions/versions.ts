import type { Precondition } from '../../catalog/verbs.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Author, ServerStore, VersionRecord } from '../../store/ports.ts'
import type { DynamicServer, Servers } from '../servers.ts'
import { changeable, write } from '../write-servers.ts'
import { type DifferenceSummary, differenceOf, summaryOf } from './difference.ts'

export interface VersionsContext {
  readonly servers: Servers
  readonly store: ServerStore
}

export interface VersionEntry {
  readonly version: number
  readonly author: Author
  readonly created_at: string
  /** What it changed; null for the first one that is known. */
  readonly changes: DifferenceSummary | null
}

/** Versions below a number, newest first, and from where the next page goes on. */
export async function listVersions(
  { servers, store }: VersionsContext,
  id: string,
  { limit, below }: { limit: number; below: number },
): Promise<{ versions: VersionEntry[]; next: number | undefined }> {
  servers.get(id)
  const found = await store.versions(id, below, limit + 1)
  const versions = found.slice(0, limit).map((record, i) => {
    const { version, author, createdAt, definition } = record
    const before = found[i + 1]
    const changes = before ? summaryOf(differenceOf(before.definition, definition)) : null
    return { version, author, created_at: createdAt, changes }
  })
  return { versions, next: found.length > limit ? versions.at(-1)!.version : undefined }
}

/** @throws {FacetError} `not_found` for a server or a version that is not known (any more). */
export async function getVersion(
  { servers, store }: VersionsContext,
  id: string,
  version: number,
): Promise<VersionRecord> {
  servers.get(id)
  const record = await store.version(id, version)
  if (record) return record
  throw new FacetError('not_found', `Version ${version} of ${id} is not known.`)
}

/**
 * Makes a server what it was at a version, as a new version.
 *
 * @throws {FacetError} `not_found`, `managed_by_file`, `builtin`, `precondition_failed`, and what
 *   saving a server throws: what was right once need not be today.
 */
export function rollBack(
  context: VersionsContext,
  id: string,
  version: number,
  author: Author,
  precondition?: Precondition,
): Promise<DynamicServer> {
  const { servers } = context
  return servers.alone(async () => {
    const { access, owner, roles, shares } = changeable(servers, id, precondition).definition
    const { definition } = await getVersion(context, id, version)
    // Who may see and change it is not a matter of versions: going back must not open a door.
    return write(servers, id, { ...definition, access, owner, roles, shares }, author)
  })
}
