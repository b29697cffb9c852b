import type { JsonObject, SourceRecord } from '../store/ports.ts'
import { newRecord } from './create-source.ts'
import type { configuredSource, SourceDefinition } from './definition.ts'
import { definitionOf, type Sources } from './sources.ts'

type Configured = ReturnType<(typeof configuredSource)['parse']>

/**
 * Takes over the stored sources and those of the configuration file, without connecting. A source
 * that left the file goes with its entries; one that stayed keeps its place in the order.
 *
 * @returns ids of sources whose record has to be stored or removed before connecting.
 */
export function loadSources(
  sources: Sources,
  stored: readonly SourceRecord[],
  configured: readonly Configured[],
): { store: SourceRecord[]; remove: string[] } {
  const inFile = new Map(configured.map(({ id, ...definition }) => [id, definition]))
  const remove: string[] = []
  const store: SourceRecord[] = []
  for (const record of stored) {
    const definition = inFile.get(record.id)
    if (definition) {
      const next = configRecord(record, definition)
      if (next.negotiated === null && record.negotiated !== null) store.push(next)
      sources.adopt(next, definition)
      inFile.delete(record.id)
    } else {
      if (record.origin === 'config') remove.push(record.id)
      sources.adopt(record, record.origin === 'config' ? GONE : definitionOf(record))
    }
  }
  for (const [id, definition] of inFile) {
    const record = configRecord(newRecord(sources, id, definition, 'config'), definition)
    store.push(record)
    sources.adopt(record, definition)
  }
  return { store, remove }
}

/** What is kept of a source of the file: not its headers and variables, which may be literal. */
function configRecord(record: SourceRecord, definition: SourceDefinition): SourceRecord {
  const { kind, transport } = definition
  const address = transport.type === 'http' ? transport.url : transport.command
  const kept: JsonObject = { kind, type: transport.type, address }
  const same = JSON.stringify(record.definition) === JSON.stringify(kept)
  return {
    ...record,
    origin: 'config',
    definition: kept,
    negotiated: same ? record.negotiated : null,
  }
}

/** Stands in for a source that left the file, until it is removed. */
const GONE: SourceDefinition = {
  kind: 'mcp',
  enabled: false,
  prefix: null,
  tags: [],
  trusted: true,
  timeout_ms: 30_000,
  connection: 'shared',
  transport: { type: 'stdio', command: 'true' },
}
