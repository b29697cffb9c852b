import type { ChangedList } from '../../sources/upstream/connection.ts'
import { VERSION } from '../../version.ts'

const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId'
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo'
const FRAMES_KEPT = 1_000

/** What a stream says now and then, so that nobody takes it for dead. */
export const KEEP_ALIVE = Buffer.from(': keepalive\n\n')

/** Announcements, by list and subscription: clients number theirs alike. */
const kept = new Map<string, Buffer>()

/**
 * The first message of a stream: what it will tell of.
 *
 * @param id the id of the request that opened it, as JSON; so everywhere here
 */
export function acknowledgement(id: string, lists: readonly ChangedList[]): string {
  const honoured = lists.map((list) => `"${list}ListChanged":true`).join()
  return frame(
    `{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{${honoured}},"_meta":{"${SUBSCRIPTION_ID}":${id}}}}`,
  )
}

/** Says that a list changed; one piece of memory for all streams of that id. */
export function announcement(id: string, list: ChangedList): Buffer {
  const key = `${list} ${id}`
  let bytes = kept.get(key)
  if (!bytes) {
    bytes = Buffer.from(
      frame(
        `{"jsonrpc":"2.0","method":"notifications/${list}/list_changed","params":{"_meta":{"${SUBSCRIPTION_ID}":${id}}}}`,
      ),
    )
    if (kept.size >= FRAMES_KEPT) kept.clear()
    kept.set(key, bytes)
  }
  return bytes
}

/** The last message of a stream that the server ends. */
export function completion(id: string, serverName: string): string {
  const info = JSON.stringify({ name: serverName, version: VERSION })
  return frame(
    `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"complete","_meta":{"${SUBSCRIPTION_ID}":${id},"${SERVER_INFO}":${info}}}}`,
  )
}

function frame(json: string): string {
  return `event: message\ndata: ${json}\n\n`
}
