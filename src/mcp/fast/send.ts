import type { ServerResponse } from 'node:http'
import type { FastRequest } from './classify.ts'

/** Copies of this size cost less than a second write. */
const COPY = 131_072

/** Writes a response of one piece of JSON. */
export function sendJson(
  outgoing: ServerResponse,
  { session }: FastRequest,
  json: string | Buffer,
): void {
  writeHead(outgoing, session, typeof json === 'string' ? Buffer.byteLength(json) : json.length)
  outgoing.end(json)
}

/** Writes a result of which the middle is stored as bytes. */
export function sendResult(
  outgoing: ServerResponse,
  { id, session }: FastRequest,
  bytes: Buffer,
  after: string,
): void {
  const head = Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{`)
  const tail = Buffer.from(after)
  writeHead(outgoing, session, head.length + bytes.length + tail.length)
  if (bytes.length <= COPY) {
    outgoing.end(Buffer.concat([head, bytes, tail]))
    return
  }
  outgoing.cork()
  outgoing.write(head)
  outgoing.write(bytes)
  outgoing.end(tail)
  outgoing.uncork()
}

function writeHead(outgoing: ServerResponse, session: string | undefined, length: number): void {
  const headers = ['content-type', 'application/json', 'content-length', String(length)]
  if (session !== undefined) headers.push('mcp-session-id', session)
  outgoing.writeHead(200, headers)
}
