import type { Serve } from './asked.ts'
import { sendJson } from './send.ts'

/** Answers `ping`, which only sessions of older clients have. */
export const servePing: Serve = (_, { request, outgoing }) => {
  if (request.era !== 'legacy' || Object.keys(request.params).length > 0) return false
  sendJson(outgoing, request, `{"jsonrpc":"2.0","id":${request.id},"result":{}}`)
  return true
}
