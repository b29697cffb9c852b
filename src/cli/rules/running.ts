import { type ServerDefinition, serverDefinition } from '../../dynamic/definition.ts'
import type { Client } from '../client.ts'

/** A dynamic server of the running service, as its definition would be written. */
export interface Running {
  readonly id: string
  readonly origin: string
  readonly definition: ServerDefinition
  /** Why the service cannot use it; then what is stored is not known here. */
  readonly problem: string | undefined
}

type Answer = { readonly servers: readonly (Record<string, unknown> & Degraded)[] }

interface Degraded {
  readonly id: string
  readonly origin: string
  readonly degraded: readonly { readonly code: string; readonly message: string }[]
}

/** All dynamic servers of the service but the built-in one, in order of creation. */
export async function runningServers(client: Client): Promise<Running[]> {
  const { servers } = await client.request<Answer>('GET', '/dynamic')
  const fields = Object.keys(serverDefinition.shape)
  return servers.map((server) => {
    const written = Object.fromEntries(
      fields.filter((field) => field in server).map((field) => [field, server[field]]),
    )
    const { id, origin, degraded } = server
    const problem = degraded.find(({ code }) => code === 'server_unusable')?.message
    return { id, origin, definition: serverDefinition.parse(written), problem }
  })
}
