import { connect, type Socket } from 'node:net'
import { META, PROTOCOL } from './services.ts'

/** One open `subscriptions/listen`, without more memory than its socket takes. */
export interface Stream {
  readonly socket: Socket
  /** Told of everything that arrives after the acknowledgement. */
  heard: (text: string) => void
}

const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'subscriptions/listen',
  params: { notifications: { toolsListChanged: true }, _meta: META },
})

function openOne(url: URL): Promise<Stream> {
  const socket = connect(Number(url.port), url.hostname)
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `host: ${url.host}`,
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    `mcp-protocol-version: ${PROTOCOL}`,
    'mcp-method: subscriptions/listen',
    `content-length: ${Buffer.byteLength(BODY)}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${BODY}`)
  const stream: Stream = { socket, heard: () => undefined }
  return new Promise((resolve, reject) => {
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
      if (!answer.includes('acknowledged')) return
      socket.removeAllListeners('data').on('data', (more) => stream.heard(more.toString()))
      resolve(stream)
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error(`closed: ${answer}`)))
  })
}

/** Opens streams, 50 at a time. */
export async function openStreams(url: string, count: number): Promise<Stream[]> {
  const streams: Stream[] = []
  while (streams.length < count) {
    const next = Math.min(50, count - streams.length)
    streams.push(...(await Promise.all(Array.from({ length: next }, () => openOne(new URL(url))))))
  }
  return streams
}

export async function closeStreams(streams: readonly Stream[]): Promise<void> {
  const closed = streams.map(({ socket }) => new Promise((done) => socket.once('close', done)))
  for (const { socket } of streams) socket.destroy()
  await Promise.all(closed)
}
