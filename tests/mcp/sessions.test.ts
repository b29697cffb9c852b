import { describe, expect, it } from 'vitest'
import { federate } from '../support/federated.ts'
import { until } from '../support/wait.ts'

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
}

async function startSession(url: string) {
  const clientInfo = { name: 'raw', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const response = await fetch(url, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  })
  await response.text()
  return { ...HEADERS, 'mcp-session-id': response.headers.get('mcp-session-id')! }
}

const call = (id: number) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'remote', arguments: {} },
  })

/** Reads events until one has data, and leaves. */
async function firstEventId(response: Response): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { value } = await reader.read()
    text += value
    const id = /^id: (.+)$/m.exec(text)?.[1]
    if (id) return id
  }
}

describe('a session', () => {
  it('gives the rest of a stream that broke to a client that comes back', async () => {
    const { upstream, url } = await federate('modern')
    const answer = Promise.withResolvers<void>()
    let started = false
    upstream.call = async () => {
      started = true
      await answer.promise
      return { content: [{ type: 'text', text: 'worth waiting for' }] }
    }
    const headers = await startSession(url)
    const controller = new AbortController()
    const { signal } = controller
    const broken = await fetch(url, { method: 'POST', headers, body: call(1), signal })
    const lastEventId = await firstEventId(broken)
    await until('the call has begun', () => started)
    controller.abort()
    answer.resolve()
    const resumed = await until('the answer is there', async () => {
      const response = await fetch(url, { headers: { ...headers, 'last-event-id': lastEventId } })
      if (!response.ok) return undefined
      const text = await response.text()
      return text.includes('worth waiting for') && text
    })
    expect(resumed).toContain('"id":1')
  })

  it('gives nothing of another session', async () => {
    const { url } = await federate('modern')
    const [mine, other] = [await startSession(url), await startSession(url)]
    const response = await fetch(url, { method: 'POST', headers: other, body: call(1) })
    const id = await firstEventId(response)
    const stolen = await fetch(url, { headers: { ...mine, 'last-event-id': id } })
    expect(stolen.status).toBe(400)
  })

  it('cancels its calls when it ends', async () => {
    const { upstream, url } = await federate('modern')
    const state = { started: false, aborted: false }
    upstream.call = async (_, { mcpReq }) => {
      state.started = true
      await new Promise<void>((resolve) => mcpReq.signal.addEventListener('abort', () => resolve()))
      state.aborted = true
      return { content: [] }
    }
    const headers = await startSession(url)
    const calling = fetch(url, { method: 'POST', headers, body: call(1) }).catch(() => undefined)
    await until('the call has begun', () => state.started)
    await fetch(url, { method: 'DELETE', headers })
    await until('the upstream is told', () => state.aborted)
    await (await calling)?.body?.cancel()
  })

  it('has one stream at a time, and may open another when that is gone', async () => {
    const { url } = await federate('modern')
    const headers = await startSession(url)
    const controller = new AbortController()
    const first = await fetch(url, { headers, signal: controller.signal })
    expect(first.status).toBe(200)
    expect((await fetch(url, { headers })).status).toBe(409)
    controller.abort()
    await until('another may be opened', async () => {
      const again = new AbortController()
      const { status } = await fetch(url, { headers, signal: again.signal })
      again.abort()
      return status === 200
    })
  })
})
