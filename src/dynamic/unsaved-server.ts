import { isJsonObject } from '../catalog/json.ts'
import { errorItems } from '../catalog/verbs.ts'
import { FacetError } from '../errors/facet-error.ts'
import { serverInput } from './definition.ts'
import type { Subjected } from './permit/grounds.ts'
import type { Servers } from './servers.ts'
import { withAccess } from './write-servers.ts'

/** The id of a server that has none yet; no server can have it. */
export const UNSAVED_ID = 'preview'

/**
 * A server as it would be posted, to simulate. What it does not say about access is that of the
 * server with its id, or of a new one.
 *
 * @throws {FacetError} `invalid_request`
 */
export function unsavedServer(given: unknown, servers: Servers): Subjected {
  const parsed = serverInput.safeParse(given)
  if (!parsed.success) {
    const errors = errorItems(parsed.error).map((item) => ({
      ...item,
      path: `definition.${item.path}`,
    }))
    throw new FacetError('invalid_request', 'The body of the request is not valid.', { errors })
  }
  const { id = UNSAVED_ID, ...definition } = parsed.data
  const saysAccess = isJsonObject(given) && given.access !== undefined
  const access = servers.find(id)?.definition.access ?? servers.newAccess()
  return { id, definition: withAccess({ definition, saysAccess }, access) }
}
