import { shownValues } from './secrets.ts'
import type { Source } from './sources.ts'

/** The REST body of a source. Values of secrets are never in it, references to them are. */
export function presentSource({ record, definition, status }: Source) {
  const { transport, description, ...rest } = definition
  const shown =
    transport.type === 'stdio'
      ? { ...transport, ...(transport.env ? { env: shownValues(transport.env) } : {}) }
      : { ...transport, ...(transport.headers ? { headers: shownValues(transport.headers) } : {}) }
  return {
    id: record.id,
    description: description ?? null,
    ...rest,
    origin: record.origin,
    transport: shown,
    status,
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  }
}
