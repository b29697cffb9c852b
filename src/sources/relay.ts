import { isJsonObject } from '../catalog/json.ts'
import type { JsonObject } from '../store/ports.ts'
import type { ClientPort } from './client-port.ts'

/** Extensions that are carried whole: their metadata and resources pass through unchanged. */
const CARRIED_EXTENSIONS = ['io.modelcontextprotocol/ui']

/** What upstreams may ask of a client. */
const ASKABLE = ['elicitation', 'sampling'] as const

const RESERVED = 'io.modelcontextprotocol/'

/** Of what a client can do, the part that an upstream can use through us. */
export function relayable({ capabilities }: Pick<ClientPort, 'capabilities'>): JsonObject {
  const relayed: JsonObject = {}
  for (const name of ASKABLE) {
    const capability = capabilities[name]
    if (isJsonObject(capability)) relayed[name] = capability
  }
  // Changes of roots are not announced upstream.
  if (isJsonObject(capabilities.roots)) relayed.roots = {}
  const { extensions } = capabilities
  if (isJsonObject(extensions)) {
    const carried = CARRIED_EXTENSIONS.filter((id) => Object.hasOwn(extensions, id))
    if (carried.length > 0) {
      relayed.extensions = Object.fromEntries(carried.map((id) => [id, extensions[id]!]))
    }
  }
  return relayed
}

/** The metadata of a request as an upstream gets it: what only concerns our own leg is replaced. */
export function upstreamMeta(
  meta: JsonObject | undefined,
  client: ClientPort | undefined,
  era: 'modern' | 'legacy',
): JsonObject {
  const own = Object.entries(meta ?? {}).filter(([key]) => !key.startsWith(RESERVED))
  const passed = Object.fromEntries(own)
  if (era === 'legacy' || !client) return passed
  passed[`${RESERVED}clientCapabilities`] = relayable(client)
  if (client.logLevel) passed[`${RESERVED}logLevel`] = client.logLevel
  return passed
}

/** An upstream's result without what it says of itself on its own leg. */
export function ownResult(result: JsonObject): JsonObject {
  const meta = result._meta
  if (!isJsonObject(meta) || !Object.hasOwn(meta, `${RESERVED}serverInfo`)) return result
  const { [`${RESERVED}serverInfo`]: _, ...rest } = meta
  const { _meta, ...others } = result
  return Object.keys(rest).length > 0 ? { ...others, _meta: rest } : others
}
