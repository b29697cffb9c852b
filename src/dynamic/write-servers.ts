import { isJsonObject } from '../catalog/json.ts'
import { mergePatch } from '../catalog/merge-patch.ts'
import { slugOf } from '../catalog/slug.ts'
import { errorItems, type Precondition } from '../catalog/verbs.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { Author, JsonObject } from '../store/ports.ts'
import { compileRules } from './compile.ts'
import { RESERVED_SERVER_IDS, type ServerDefinition, serverInput } from './definition.ts'
import type { DynamicServer, Servers } from './servers.ts'

export interface CheckedServer {
  readonly id: string | undefined
  readonly definition: ServerDefinition
  /** Whether the body says who may use the server; else that is for whoever saves it to say. */
  readonly saysAccess: boolean
}

/** Validates a body, its filters included. @throws {FacetError} */
export function checkServer(body: unknown): CheckedServer {
  const parsed = serverInput.safeParse(body)
  if (!parsed.success) {
    throw new FacetError('invalid_request', 'The dynamic server is not valid.', {
      errors: errorItems(parsed.error),
    })
  }
  const { id, ...definition } = parsed.data
  compileRules(definition.rules)
  if (definition.status === 'active' && definition.rules.length === 0) {
    throw new FacetError('no_rules', 'Add a rule, or make the server a draft: "status": "draft".')
  }
  return { id, definition, saysAccess: isJsonObject(body) && body.access !== undefined }
}

/** The definition of a body, with the access of a server that it does not speak about. */
export function withAccess(
  { definition, saysAccess }: Pick<CheckedServer, 'definition' | 'saysAccess'>,
  access: ServerDefinition['access'],
): ServerDefinition {
  return saysAccess ? definition : { ...definition, access }
}

/**
 * Makes a dynamic server. Its id is the given one, else its name in lower case with dashes.
 *
 * @throws {FacetError} `invalid_request`, `invalid_filter`, `no_rules`, `id_taken`.
 */
export function createServer(
  servers: Servers,
  body: unknown,
  author: Author,
): Promise<DynamicServer> {
  const checked = checkServer(body)
  return servers.alone(async () => {
    const definition = withAccess(checked, servers.newAccess())
    const { id } = checked
    const chosen = id ?? freeId(servers, definition.name)
    if (RESERVED_SERVER_IDS.includes(chosen) || servers.find(chosen)) {
      throw new FacetError('id_taken', `The id ${chosen} is in use.`)
    }
    return servers.put(chosen, definition, 'rest', author)
  })
}

function freeId(servers: Servers, name: string): string {
  const slug = slugOf(name) || 'server'
  for (let n = 1; ; n++) {
    const id = n === 1 ? slug : `${slug}-${n}`
    if (!servers.find(id) && !RESERVED_SERVER_IDS.includes(id)) return id
  }
}

/** Replaces a dynamic server as a whole. @throws {FacetError} as creating, and `managed_by_file`. */
export function replaceServer(
  servers: Servers,
  id: string,
  body: unknown,
  author: Author,
  precondition?: Precondition,
): Promise<DynamicServer> {
  return servers.alone(async () => {
    changeable(servers, id, precondition)
    return write(servers, id, body, author)
  })
}

/** Applies a JSON merge patch to a dynamic server; `rules` is replaced as a whole. */
export function patchServer(
  servers: Servers,
  id: string,
  patch: unknown,
  author: Author,
  precondition?: Precondition,
): Promise<DynamicServer> {
  return servers.alone(async () => {
    const { definition } = changeable(servers, id, precondition)
    if (!isJsonObject(patch)) {
      throw new FacetError('invalid_request', 'A merge patch of a server is a JSON object.')
    }
    return write(servers, id, mergePatch(definition as unknown as JsonObject, patch), author)
  })
}

/** Checks a body and saves it as the next version of a server. @throws {FacetError} */
export async function write(
  servers: Servers,
  id: string,
  body: unknown,
  author: Author,
): Promise<DynamicServer> {
  const checked = checkServer(body)
  if (checked.id !== undefined && checked.id !== id) {
    throw new FacetError('invalid_request', 'The id of a server does not change.', {
      errors: [{ path: 'id', message: 'Make a new server instead.' }],
    })
  }
  // A body that is silent about access must not open a server, nor close it.
  const definition = withAccess(checked, servers.get(id).definition.access)
  return servers.put(id, definition, 'rest', author)
}

/** Makes a draft live, or a live server a draft. @throws {FacetError} */
export function setStatus(
  servers: Servers,
  id: string,
  status: 'active' | 'draft',
  author: Author,
  precondition?: Precondition,
): Promise<DynamicServer> {
  return servers.alone(async () => {
    const server = changeable(servers, id, precondition)
    if (server.definition.status === status) return server
    if (status === 'active' && server.definition.rules.length === 0) {
      throw new FacetError('no_rules', `Add a rule to ${id} before activating it.`)
    }
    return servers.put(id, { ...server.definition, status }, 'rest', author)
  })
}

/** @throws {FacetError} `not_found`, `precondition_failed`, `managed_by_file`, `builtin` */
export function deleteServer(
  servers: Servers,
  id: string,
  precondition?: Precondition,
): Promise<void> {
  return servers.alone(async () => {
    changeable(servers, id, precondition)
    await servers.remove(id)
  })
}

/** A server that may be changed now. @throws {FacetError} */
export function changeable(
  servers: Servers,
  id: string,
  precondition: Precondition,
): DynamicServer {
  const server = servers.get(id)
  if (server.origin === 'builtin') {
    throw new FacetError('builtin', `${id} is built in and cannot be changed.`)
  }
  if (server.origin === 'file') {
    throw new FacetError('managed_by_file', `Change ${id} in its file in the rules directory.`)
  }
  if (precondition && !precondition(server.version)) {
    throw new FacetError('precondition_failed', `${id} is at version ${server.version} now.`)
  }
  return server
}
