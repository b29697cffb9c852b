import { isJsonObject } from '../catalog/json.ts'
import { slugOf } from '../catalog/slug.ts'
import { type ErrorItem, FacetError } from '../errors/facet-error.ts'
import type { Json, JsonObject, Origin } from '../store/ports.ts'
import { checkSource, createSource } from './create-source.ts'
import type { Sources } from './sources.ts'

export interface ImportOutcome {
  readonly imported: readonly { readonly name: string; readonly id: string }[]
  /** Sources that were there already, the same. */
  readonly unchanged: readonly { readonly name: string; readonly id: string }[]
  /** With `partial`: what could not be imported, and why. */
  readonly failed: readonly (ErrorItem & { readonly name: string })[]
  /** What of a server's configuration has no meaning here and was left out. */
  readonly warnings: readonly { readonly name: string; readonly message: string }[]
}

/**
 * Adds the servers of a client configuration: `mcpServers` (Claude, Cursor), `servers` (VS Code)
 * or `mcp.servers`. All or nothing, unless `partial`. Importing the same file again adds nothing. A dry
 * run answers the same and adds nothing.
 *
 * @throws {FacetError} `invalid_request` with one error for each server that cannot be imported.
 */
export async function importSources(
  sources: Sources,
  body: unknown,
  origin: Origin,
  { partial, dry_run = false }: { partial: boolean; dry_run?: boolean },
): Promise<ImportOutcome> {
  const { key, servers } = serversOf(body)
  const failed: (ErrorItem & { name: string })[] = []
  const unchanged: { name: string; id: string }[] = []
  const ready: { name: string; body: JsonObject }[] = []
  const warnings: { name: string; message: string }[] = []
  for (const [name, config] of Object.entries(servers)) {
    try {
      const source = toSource(name, config)
      const ignored = Object.keys(config as JsonObject).filter((field) => !KNOWN.includes(field))
      if (ignored.length > 0) warnings.push({ name, message: `Ignored: ${ignored.join(', ')}` })
      const { definition } = checkSource(sources, source, origin)
      const existing = sources.find(source.id as string)
      if (!existing) ready.push({ name, body: source })
      else if (JSON.stringify(existing.definition) === JSON.stringify(definition)) {
        unchanged.push({ name, id: existing.record.id })
      } else {
        throw new FacetError('id_taken', `Source ${source.id} exists and is another; PATCH it.`)
      }
    } catch (error) {
      if (!(error instanceof FacetError)) throw error
      failed.push(...itemsOf(error, name, `${key}.${name}`))
    }
  }
  if (failed.length > 0 && !partial) {
    const message = `${new Set(failed.map(({ name }) => name)).size} of ${Object.keys(servers).length} servers cannot be imported; nothing was.`
    throw new FacetError('invalid_request', message, { errors: failed })
  }
  const imported = []
  for (const { name, body } of ready) {
    if (!dry_run) await createSource(sources, body, origin)
    imported.push({ name, id: body.id as string })
  }
  return { imported, unchanged, failed, warnings }
}

function itemsOf(error: FacetError, name: string, at: string) {
  if (error.errors.length === 0) {
    return [{ name, path: at, message: error.message, code: error.code }]
  }
  return error.errors.map((item) => ({
    name,
    path: `${at}.${item.path.replace(/^transport\./, '')}`,
    message: item.message,
    code: error.code,
  }))
}

function serversOf(body: unknown): { key: string; servers: JsonObject } {
  if (isJsonObject(body)) {
    for (const key of ['mcpServers', 'servers']) {
      const servers = body[key]
      if (isJsonObject(servers)) return { key, servers }
    }
    if (isJsonObject(body.mcp) && isJsonObject(body.mcp.servers)) {
      return { key: 'mcp.servers', servers: body.mcp.servers }
    }
  }
  throw new FacetError(
    'invalid_request',
    'Expected the configuration of an MCP client: an object with mcpServers or servers.',
  )
}

const KNOWN = ['type', 'url', 'headers', 'command', 'args', 'env', 'cwd', 'disabled', 'description']

/** A client's entry as the body of a source. */
function toSource(name: string, config: Json | undefined): JsonObject {
  if (!isJsonObject(config)) throw invalid('Expected an object.')
  const id = slugOf(name)
  if (!id) throw invalid('The name holds no letter or digit to make an id of.')
  const { url, command } = config
  if (url !== undefined && command !== undefined) throw invalid('It has both a url and a command.')
  if (url === undefined && command === undefined)
    throw invalid('It has neither a url nor a command.')
  const type = String(config.type ?? '').toLowerCase()
  if (type && !['stdio', 'http', 'streamable-http', 'streamablehttp', 'sse'].includes(type)) {
    throw invalid(`Unknown type ${JSON.stringify(config.type)}.`)
  }
  const pick = (...fields: string[]) =>
    Object.fromEntries(
      fields.flatMap((field) => (config[field] === undefined ? [] : [[field, config[field]!]])),
    )
  const transport: JsonObject =
    url === undefined
      ? { type: 'stdio', ...pick('command', 'args', 'cwd'), ...references(pick('env')) }
      : { type: 'http', ...pick('url'), ...references(pick('headers')) }
  return {
    id,
    ...pick('description'),
    ...(config.disabled === true ? { enabled: false } : {}),
    transport,
  }
}

function invalid(message: string): FacetError {
  return new FacetError('invalid_request', message)
}

/** `${env:X}` and `${input:x-y}` of VS Code as references to secrets: `${X}`, `${x_y}`. */
function references(values: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(values).replaceAll(
      /\$\{(?:env|input):([^}]*)\}/g,
      (_, name: string) => `\${${name.replace(/[^A-Za-z0-9_]/g, '_')}}`,
    ),
  ) as JsonObject
}
