import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LOCAL } from '../../src/access/caller.ts'
import { ListStreams } from '../../src/mcp/fast/list-streams.ts'
import type { Audience } from '../../src/mcp/push.ts'
import { until } from '../support/wait.ts'

/** Streams of one server, and whoever can be told of its changes. */
async function serving() {
  const audiences = new Set<Audience>()
  const streams = new ListStreams((audience) => {
    audiences.add(audience)
    return () => audiences.delete(audience)
  })
  const about = { server: 's', serverName: 'S', caller: LOCAL, id: '1', lists: ['tools'] } as const
  const http = createServer((incoming, outgoing) => {
    incoming.resume()
    streams.open(about, outgoing)
  })
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    streams.stop()
    http.closeAllConnections()
    http.close()
  })
  const client = () => {
    const socket = connect((http.address() as AddressInfo).port, '127.0.0.1')
    onTestFinished(() => {
      socket.destroy()
    })
    const heard = { text: '', bytes: 0 }
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      heard.bytes += chunk.length
      heard.text = (heard.text + chunk.toString()).slice(-1_000)
    })
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    return { socket, heard }
  }
  return { streams, audiences, client }
}

describe('a stream whose client does not read', () => {
  it('is cut when too much waits for it; one whose client reads is not', async () => {
    const { streams, audiences, client } = await serving()
    const { heard } = client()
    const { socket } = client()
    await until('both are open', () => audiences.size === 2)
    socket.pause()
    // More than the buffers of two sockets hold.
    for (let i = 0; i < 200_000 && audiences.size === 2; i++) {
      for (const audience of audiences) audience.announce('tools')
      if (i % 50 === 0) await turn()
    }
    expect(audiences.size).toBe(1)
    expect(streams.countOf('s')).toBe(1)
    await until('the reader is through', () => {
      const before = heard.bytes
      return turn().then(() => before === heard.bytes)
    })
    expect(heard.text).toContain('notifications/tools/list_changed')
  })
})

describe('a stream on which nothing happens', () => {
  it('has one comment every 15 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { audiences, client } = await serving()
    const clients = [client(), client(), client()]
    await until('all are open', () => audiences.size === 3)
    const comments = () =>
      clients.map(({ heard }) => heard.text.split(': keepalive\n\n').length - 1)
    for (const expected of [1, 2]) {
      for (let second = 0; second < 15; second++) {
        vi.advanceTimersByTime(1_000)
        await turn()
      }
      await until('all have it', () => comments().every((count) => count >= expected))
      expect(comments()).toEqual([expected, expected, expected])
    }
  })
})
