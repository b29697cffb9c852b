import { type Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { isAtLeast, type LogLevel } from '../log-level.ts'

/** Has the upstream log as much as the most curious of its clients wants; others get less of it. */
export function raisedLogLevel(client: Client): (wanted: LogLevel | undefined) => Promise<void> {
  let set: LogLevel | undefined
  return async (wanted) => {
    if (!wanted || !client.getServerCapabilities()?.logging) return
    if (set && isAtLeast(wanted, set)) return
    set = wanted
    // Without its messages the call itself still works.
    await client.setLoggingLevel(wanted).catch(() => undefined)
  }
}

/** Tells an upstream that keeps sessions that this one is over. */
export async function endSession(transport: unknown): Promise<void> {
  if (!(transport instanceof StreamableHTTPClientTransport) || !transport.sessionId) return
  const ended = transport.terminateSession().catch(() => undefined)
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 500).unref())])
}
