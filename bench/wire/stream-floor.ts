import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * The floor of a stream: a bare HTTP server that reads the request, answers with one event and
 * keeps the response open with a comment every 15 seconds. Prints its port.
 */
const open = new Set<ServerResponse>()

const server = createServer((incoming, outgoing) => {
  incoming.resume()
  incoming.once('end', () => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    outgoing.write('event: message\ndata: {"method":"acknowledged"}\n\n')
    open.add(outgoing)
  })
  outgoing.once('close', () => open.delete(outgoing))
})
setInterval(() => {
  for (const outgoing of open) outgoing.write(': keepalive\n\n')
}, 15_000)
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
