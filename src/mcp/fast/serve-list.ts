import { decodeCursor } from '../../catalog/cursor.ts'
import type { View } from '../../dynamic/view.ts'
import type { EntryType } from '../../rules/fields.ts'
import { VERSION } from '../../version.ts'
import type { Serve } from './asked.ts'
import type { FastRequest } from './classify.ts'
import { sendResult } from './send.ts'

/** The list methods, what their results call the list, and the entries in it. */
const LISTS: Readonly<Record<string, { key: string; type: EntryType }>> = {
  'tools/list': { key: 'tools', type: 'tool' },
  'prompts/list': { key: 'prompts', type: 'prompt' },
  'resources/list': { key: 'resources', type: 'resource' },
  'resources/templates/list': { key: 'resourceTemplates', type: 'resource_template' },
}

export const LIST_METHODS: readonly string[] = Object.keys(LISTS)

/** Answers a request for a list with stored bytes. */
export const serveList: Serve = async (context, { request, id, caller, outgoing }) => {
  const { cursor, ...others } = request.params
  if (Object.keys(others).length > 0) return false
  if (cursor !== undefined && typeof cursor !== 'string') return false
  const { definition } = context.servers.get(id)
  const { type, key } = LISTS[request.method]!
  const offers = definition.rules.some((rule) => rule.type === type && rule.effect === 'include')
  if (!offers || definition.exposure !== 'direct') return false
  const stopTimer = context.metrics.mcpRequestDuration.startTimer({ method: request.method })
  const view = await context.resolver.resolve(id, caller)
  // The server's own tools stand in no stored list.
  if (type === 'tool' && view.gates) return false
  const list = view.listed.get(type)!
  const start = cursor === undefined ? 0 : list.firstAfter(decodeCursor(cursor))
  const { bytes } = context.pages.get(list, key, start)
  sendResult(outgoing, request, bytes, suffix(request, view, context.now()))
  context.metrics.mcpRequests.inc({ method: request.method, era: request.era, outcome: 'ok' })
  context.events.listed(caller, id, type)
  stopTimer()
  return true
}

/** What follows the list in a result. */
function suffix({ era }: FastRequest, { definition, frozenUntil }: View, now: Date): string {
  if (era === 'legacy') return '}}'
  const info = JSON.stringify({ name: definition.name, version: VERSION })
  const ttl = Math.max(0, frozenUntil - now.getTime())
  return `,"ttlMs":${ttl},"cacheScope":"private","resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":${info}}}}`
}
