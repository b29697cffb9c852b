import { VERSION } from '../../version.ts'
import { capabilitiesOf, featuresOf } from '../features.ts'
import type { Serve } from './asked.ts'
import { sendJson } from './send.ts'

const BYTES_KEPT = 1_000

/** What `server/discover` was answered with, by what it depends on; the id is put in front. */
const kept = new Map<string, string>()

/** Answers `server/discover`: what a server offers, as its clients of 2026-07-28 see it. */
export const serveDiscover: Serve = async (context, { request, id, caller, outgoing }) => {
  if (request.era !== 'modern' || Object.keys(request.params).length > 0) return false
  const view = await context.resolver.resolve(id, caller)
  const { definition } = view
  const { name, instructions } = definition
  const features = featuresOf(context.runner, view)
  const capabilities = capabilitiesOf(definition, features, true)
  const key = JSON.stringify([name, instructions, capabilities])
  let result = kept.get(key)
  if (result === undefined) {
    result = JSON.stringify({
      supportedVersions: ['2026-07-28'],
      capabilities,
      ...(instructions ? { instructions } : {}),
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name, version: VERSION } },
    })
    if (kept.size >= BYTES_KEPT) kept.clear()
    kept.set(key, result)
  }
  sendJson(outgoing, request, `{"jsonrpc":"2.0","id":${request.id},"result":${result}}`)
  return true
}
