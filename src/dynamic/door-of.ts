import type { ServerDoor } from '../access/gate.ts'
import type { Servers } from './servers.ts'

/** What a dynamic server says of who may come in; undefined when there is none. */
export function doorOf(servers: Servers, id: string): ServerDoor | undefined {
  const definition = servers.find(id)?.definition
  if (!definition) return undefined
  const { status, anonymous, allow_query_key, required_scopes } = definition
  return { active: status === 'active', anonymous, allow_query_key, required_scopes }
}
