import { isJsonObject } from '../../catalog/json.ts'
import type { ChangedList } from '../../sources/upstream/connection.ts'
import { NO_FEATURES } from '../../sources/upstream/features.ts'
import { capabilitiesOf } from '../features.ts'
import type { Serve } from './asked.ts'

const LISTS: ReadonlyMap<string, ChangedList> = new Map<string, ChangedList>([
  ['toolsListChanged', 'tools'],
  ['promptsListChanged', 'prompts'],
  ['resourcesListChanged', 'resources'],
])

/** Answers `subscriptions/listen` of a client that wants to hear of lists, and of nothing else. */
export const serveListen: Serve = (context, { request, id: server, caller, outgoing }) => {
  const { notifications, ...others } = request.params
  if (request.era !== 'modern' || Object.keys(others).length > 0) return false
  if (!isJsonObject(notifications) || context.isFull(server)) return false
  for (const [name, value] of Object.entries(notifications)) {
    if (!LISTS.has(name) || typeof value !== 'boolean') return false
  }
  // Whether there are tools to unlock something is for the caller's view to say.
  if (context.callGuards.hasCodes) return false
  const { definition } = context.servers.get(server)
  // What sources can do has no part in whether lists are announced.
  const capabilities = capabilitiesOf(definition, NO_FEATURES, true)
  const lists = [...LISTS].flatMap(([name, list]) =>
    notifications[name] === true && capabilities[list]?.listChanged ? [list] : [],
  )
  if (lists.length === 0) return false
  const { id } = request
  context.streams.open({ server, serverName: definition.name, caller, id, lists }, outgoing)
  return true
}
