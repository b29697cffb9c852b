import type { SelectionInUse } from '../selection-port.ts'
import type { AccessRows } from './access-tables.ts'
import type {
  ApprovalRow,
  ChosenRow,
  DefinitionRow,
  EntryRow,
  GrantRow,
  GuardFailuresRow,
  GuardStepRow,
  HiddenRow,
  SourceRow,
  VectorRow,
  VerdictRow,
} from './schema.ts'
import type { ServerRows } from './server-tables.ts'

/** What the store asks of its thread. */
export type Request =
  | { method: 'entries.page'; after: string }
  | { method: 'entries.stage'; rows: EntryRow[] }
  | { method: 'entries.commit'; remove: readonly string[] }
  | { method: 'sources.all' }
  | { method: 'sources.put'; row: SourceRow }
  | { method: 'sources.remove'; id: string }
  | { method: 'grants.all' }
  | { method: 'grants.put'; row: GrantRow }
  | { method: 'grants.remove'; id: string }
  | { method: 'servers.all' }
  | { method: 'servers.put'; rows: ServerRows }
  | { method: 'servers.remove'; id: string }
  | { method: 'servers.versions'; id: string; below: number; limit: number }
  | { method: 'servers.version'; id: string; version: number }
  | { method: 'approvals.all' }
  | { method: 'approvals.put'; rows: readonly ApprovalRow[] }
  | { method: 'approvals.forget'; entries: readonly string[] }
  | { method: 'policies.all' }
  | { method: 'policies.put'; row: DefinitionRow }
  | { method: 'policies.remove'; id: string }
  | { method: 'policies.write'; rows: readonly DefinitionRow[]; remove: readonly string[] }
  | { method: 'hidden.all' }
  | { method: 'hidden.put'; row: HiddenRow }
  | { method: 'hidden.remove'; row: HiddenRow }
  | { method: 'hidden.forget'; entries: readonly string[] }
  | { method: 'guards.all' }
  | { method: 'guards.put'; row: DefinitionRow }
  | { method: 'guards.remove'; id: string }
  | { method: 'guards.states' }
  | { method: 'guards.failed'; rows: readonly GuardFailuresRow[] }
  | { method: 'guards.step'; row: GuardStepRow }
  | { method: 'guards.forget'; guard: string; caller: string | undefined }
  | { method: 'verdicts.load'; fingerprint: string }
  | { method: 'verdicts.save'; rows: readonly VerdictRow[] }
  | { method: 'chosen.load'; rule: string }
  | { method: 'chosen.save'; row: ChosenRow }
  | { method: 'chosen.remove'; rule: string }
  | { method: 'vectors.load'; model: string; hashes: readonly string[]; usedAt: string }
  | { method: 'vectors.save'; rows: readonly VectorRow[] }
  | { method: 'spend.of'; day: string }
  | { method: 'spend.add'; day: string; profile: string; tokens: number }
  | { method: 'selection.prune'; inUse: SelectionInUse; before: string }
  | { method: 'access.load' }
  | { method: 'access.write'; rows: AccessRows }
  | { method: 'access.used'; times: Readonly<Record<string, string>> }
  | { method: 'check' }
  | { method: 'close' }
