import type { Transport } from '@modelcontextprotocol/client'

type Handler = NonNullable<Transport['onmessage']>

/**
 * Makes a transport deliver a response after the notifications that came before it.
 *
 * The client handles a response at once, a notification in a later turn: of a command that writes
 * both in one go, the last progress would arrive when nobody waits for it any more, and be lost.
 */
export function inOrder<T extends Transport>(transport: T): T {
  let delivering: Handler | undefined
  Object.defineProperty(transport, 'onmessage', {
    get: () => delivering,
    set(handler: Handler | undefined) {
      delivering = handler && responsesLast(handler)
    },
  })
  return transport
}

function responsesLast(handler: Handler): Handler {
  let notified = false
  return (message, extra) => {
    if (!('method' in message)) {
      if (notified) setImmediate(() => handler(message, extra))
      else handler(message, extra)
      return
    }
    notified = true
    setImmediate(() => {
      notified = false
    })
    handler(message, extra)
  }
}
