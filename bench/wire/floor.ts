import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * The floor of every ratio: a bare HTTP server that writes the same bytes without looking at the
 * request. Run as a process of its own; it takes the bytes from standard input and prints its port.
 */
const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
const answer = Buffer.concat(chunks)

const server = createServer((incoming, outgoing) => {
  incoming.resume()
  outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
  outgoing.end(answer)
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
