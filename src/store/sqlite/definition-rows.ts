import type { DefinitionRecord, JsonObject, Origin } from '../ports.ts'
import type { DefinitionRow } from './schema.ts'

/** A policy or a guard as it is kept: its definition is a text. */
export function definitionRow(record: DefinitionRecord): DefinitionRow {
  return { ...record, definition: JSON.stringify(record.definition) }
}

/** A policy or a guard as it was stored. */
export function definitionRecord(row: DefinitionRow): DefinitionRecord {
  return {
    ...row,
    origin: row.origin as Origin,
    definition: JSON.parse(row.definition) as JsonObject,
  }
}
