import { setImmediate as nextTask } from 'node:timers/promises'
import type { EntryRecord, EntryWrite, JsonObject, Store } from '../ports.ts'
import { startThread } from '../thread.ts'
import { accessStore } from './access-store.ts'
import { guardStores } from './guard-store.ts'
import { policyStores } from './policy-store.ts'
import type { Request } from './protocol.ts'
import {
  approvalFromRow,
  approvalToRow,
  entryFromRow,
  entryToRow,
  serverFromRow,
  serverToRows,
  sourceFromRow,
  sourceToRow,
  versionFromRow,
} from './rows.ts'
import type { ApprovalRow, EntryRow, GrantRow, ServerRow, SourceRow, VersionRow } from './schema.ts'
import { selectionStore } from './selection-store.ts'

/** Rows handed to the thread at a time: turning more into text would hold the event loop. */
const BATCH = 200

/**
 * Opens a SQLite database in a thread of its own, migrating it first. `file` is a path, or
 * `:memory:`.
 *
 * @throws {Error} when another process owns the file, or it cannot be opened or migrated.
 */
export async function openSqliteStore(file: string): Promise<Store> {
  const thread = await startThread<Request>('./worker', import.meta.url, { file })
  const { ask } = thread
  return {
    entries: {
      async *all() {
        for (let after = ''; ; ) {
          const rows = (await ask({ method: 'entries.page', after })) as EntryRow[]
          if (rows.length === 0) return
          yield rows.map(entryFromRow)
          after = rows.at(-1)!.id
        }
      },
      write: thread.alone(async ({ put, remove }: EntryWrite) => {
        for (let i = 0; i < put.length; i += BATCH) {
          if (i > 0) await nextTask()
          await ask({ method: 'entries.stage', rows: toRows(put, i) })
        }
        await ask({ method: 'entries.commit', remove })
      }),
    },
    sources: {
      all: async () => ((await ask({ method: 'sources.all' })) as SourceRow[]).map(sourceFromRow),
      put: async (record) => void (await ask({ method: 'sources.put', row: sourceToRow(record) })),
      remove: async (id) => void (await ask({ method: 'sources.remove', id })),
    },
    grants: {
      async all() {
        const rows = (await ask({ method: 'grants.all' })) as GrantRow[]
        return rows.map((row) => ({ ...row, grant: JSON.parse(row.grant) as JsonObject }))
      },
      async put(record) {
        const row = { ...record, grant: JSON.stringify(record.grant) }
        await ask({ method: 'grants.put', row })
      },
      remove: async (id) => void (await ask({ method: 'grants.remove', id })),
    },
    servers: {
      all: async () => ((await ask({ method: 'servers.all' })) as ServerRow[]).map(serverFromRow),
      put: async (write) => void (await ask({ method: 'servers.put', rows: serverToRows(write) })),
      remove: async (id) => void (await ask({ method: 'servers.remove', id })),
      async versions(id, below, limit) {
        const rows = await ask({ method: 'servers.versions', id, below, limit })
        return (rows as VersionRow[]).map(versionFromRow)
      },
      async version(id, version) {
        const row = await ask({ method: 'servers.version', id, version })
        return row ? versionFromRow(row as VersionRow) : undefined
      },
    },
    approvals: {
      all: async () =>
        ((await ask({ method: 'approvals.all' })) as ApprovalRow[]).map(approvalFromRow),
      async put(records) {
        await ask({ method: 'approvals.put', rows: records.map(approvalToRow) })
      },
      forget: async (entries) => void (await ask({ method: 'approvals.forget', entries })),
    },
    selection: selectionStore(ask),
    access: accessStore(ask),
    ...policyStores(ask),
    ...guardStores(ask),
    check: async () => void (await ask({ method: 'check' })),
    close: () => thread.close(),
  }
}

function toRows(records: readonly EntryRecord[], from: number): EntryRow[] {
  return records.slice(from, from + BATCH).map(entryToRow)
}
