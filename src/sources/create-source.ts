import { slugOf } from '../catalog/slug.ts'
import { errorItems } from '../catalog/verbs.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { JsonObject, Origin, SourceRecord } from '../store/ports.ts'
import { type SourceDefinition, sourceInput, type Transport } from './definition.ts'
import { RESERVED_SOURCE_IDS, type Source, type Sources } from './sources.ts'

/**
 * Adds a source and starts to connect it; answers before it is connected.
 *
 * @throws {FacetError} `invalid_request`, `id_taken`, `stdio_forbidden`, `unknown_secret`,
 *   `literal_secret`, `storage_failed`.
 */
export async function createSource(
  sources: Sources,
  body: unknown,
  origin: Origin,
): Promise<Source> {
  const { id, definition } = checkSource(sources, body, origin)
  return sources.alone(async () => {
    const chosen = id ?? freeId(sources, definition.transport)
    if (sources.find(chosen) || RESERVED_SOURCE_IDS.includes(chosen)) {
      throw new FacetError('id_taken', `The id ${chosen} is in use.`)
    }
    return sources.put(newRecord(sources, chosen, definition, origin), definition)
  })
}

/** Validates a body and everything it refers to. @throws {FacetError} */
export function checkSource(
  sources: Sources,
  body: unknown,
  origin: Origin,
): { id: string | undefined; definition: SourceDefinition } {
  const parsed = sourceInput.safeParse(body)
  if (!parsed.success) {
    throw new FacetError('invalid_request', 'The source is not valid.', {
      errors: errorItems(parsed.error),
    })
  }
  const { id, ...definition } = parsed.data
  sources.check(definition, origin)
  return { id, definition }
}

export function newRecord(
  sources: Sources,
  id: string,
  definition: SourceDefinition,
  origin: Origin,
): SourceRecord {
  const at = sources.now().toISOString()
  return {
    id,
    sequence: sources.nextSequence(),
    kind: definition.kind,
    origin,
    definition: definition as unknown as JsonObject,
    negotiated: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  }
}

/** An id made of the host or the command, with a number when it is in use. */
function freeId(sources: Sources, transport: Transport): string {
  const hint =
    transport.type === 'http'
      ? new URL(transport.url).hostname
      : (transport.args?.find((arg) => !arg.startsWith('-')) ?? transport.command)
  const slug = slugOf(hint) || 'source'
  for (let n = 1; ; n++) {
    const id = n === 1 ? slug : `${slug}-${n}`
    if (!sources.find(id) && !RESERVED_SOURCE_IDS.includes(id)) return id
  }
}
