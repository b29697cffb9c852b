import type { EntryType } from '../../rules/fields.ts'
import type {
  ApprovalRecord,
  EntryRecord,
  JsonObject,
  Origin,
  ServerRecord,
  ServerWrite,
  SourceRecord,
  VersionRecord,
} from '../ports.ts'
import type { ApprovalRow, EntryRow, ServerRow, SourceRow, VersionRow } from './schema.ts'
import type { ServerRows } from './server-tables.ts'

const nullable = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
const parse = <T>(text: string): T => JSON.parse(text) as T
const parseNullable = (text: string | null): JsonObject | null =>
  text === null ? null : parse<JsonObject>(text)

export function entryToRow(record: EntryRecord): EntryRow {
  return {
    ...record,
    definition: JSON.stringify(record.definition),
    upstreamTags: JSON.stringify(record.upstreamTags),
    addedTags: JSON.stringify(record.addedTags),
    removedTags: JSON.stringify(record.removedTags),
    roles: JSON.stringify(record.roles),
    meta: nullable(record.meta),
    handler: nullable(record.handler),
    content: nullable(record.content),
  }
}

export function entryFromRow(row: EntryRow): EntryRecord {
  return {
    ...row,
    type: row.type as EntryType,
    definition: parse<JsonObject>(row.definition),
    upstreamTags: parse<string[]>(row.upstreamTags),
    addedTags: parse<string[]>(row.addedTags),
    removedTags: parse<string[]>(row.removedTags),
    roles: parse<string[]>(row.roles),
    meta: parseNullable(row.meta),
    handler: parseNullable(row.handler),
    content: parseNullable(row.content),
  }
}

export function sourceToRow(record: SourceRecord): SourceRow {
  const { definition, negotiated } = record
  return { ...record, definition: JSON.stringify(definition), negotiated: nullable(negotiated) }
}

export function sourceFromRow(row: SourceRow): SourceRecord {
  return {
    ...row,
    origin: row.origin as Origin,
    definition: parse<JsonObject>(row.definition),
    negotiated: parseNullable(row.negotiated),
  }
}

export function serverToRows({ record, author, approvals }: ServerWrite): ServerRows {
  const { id, version, updatedAt } = record
  const definition = JSON.stringify(record.definition)
  return {
    row: { ...record, definition },
    version: {
      server: id,
      version,
      authorId: author.id,
      authorKind: author.kind,
      definition,
      createdAt: updatedAt,
    },
    forgetApprovals: approvals.forget,
    approvals: approvals.put.map(approvalToRow),
  }
}

export function serverFromRow(row: ServerRow): ServerRecord {
  return { ...row, origin: row.origin as Origin, definition: parse<JsonObject>(row.definition) }
}

export function versionFromRow(row: VersionRow): VersionRecord {
  const { authorId, authorKind, ...rest } = row
  const author = { id: authorId, kind: authorKind }
  return { ...rest, author, definition: parse<JsonObject>(row.definition) }
}

export function approvalToRow({ author, definition, ...rest }: ApprovalRecord): ApprovalRow {
  return {
    ...rest,
    definition: JSON.stringify(definition),
    authorId: author.id,
    authorKind: author.kind,
  }
}

export function approvalFromRow(row: ApprovalRow): ApprovalRecord {
  const { authorId, authorKind, state, ...rest } = row
  return {
    ...rest,
    state: state as ApprovalRecord['state'],
    author: { id: authorId, kind: authorKind },
    definition: parse<JsonObject>(row.definition),
  }
}
