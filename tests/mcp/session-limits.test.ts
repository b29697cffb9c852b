import { Server } from '@modelcontextprotocol/server'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ADMIN, LOCAL } from '../../src/access/caller.ts'
import { Sessions } from '../../src/mcp/legacy/sessions.ts'
import type { Push } from '../../src/mcp/push.ts'

const MINUTE = 60 * 1000
const OWNER = { serverId: 's', caller: LOCAL }
const NO_PUSH = { add: () => () => undefined } as unknown as Push

function request(method: string, body?: object, id?: string): Request {
  return new Request('http://127.0.0.1/dynamic/s/mcp', {
    method,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(id ? { 'mcp-session-id': id } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}

async function start(sessions: Sessions): Promise<string> {
  const clientInfo = { name: 'raw', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const body = { jsonrpc: '2.0', id: 0, method: 'initialize', params }
  const build = () => new Server({ name: 's', version: '1' }, { capabilities: {} })
  const response = await sessions.start(build, OWNER, request('POST', body), body)
  return response.headers.get('mcp-session-id')!
}

async function isThere(sessions: Sessions, id: string): Promise<boolean> {
  const body = { jsonrpc: '2.0', id: 1, method: 'ping' }
  return (await sessions.serve(id, OWNER, request('POST', body, id), body)) !== undefined
}

function makeSessions(): Sessions {
  const sessions = new Sessions(NO_PUSH)
  onTestFinished(() => sessions.stop())
  return sessions
}

describe('sessions', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] }))
  afterEach(() => void vi.useRealTimers())

  it('end when they are idle for half an hour, and not before', async () => {
    const sessions = makeSessions()
    const [idle, used] = [await start(sessions), await start(sessions)]
    vi.advanceTimersByTime(20 * MINUTE)
    expect(await isThere(sessions, used)).toBe(true)
    vi.advanceTimersByTime(15 * MINUTE)
    expect(await isThere(sessions, idle)).toBe(false)
    expect(await isThere(sessions, used)).toBe(true)
  })

  it('do not end while their client listens, but when it has left for long enough', async () => {
    const sessions = makeSessions()
    const id = await start(sessions)
    const stream = await sessions.serve(id, OWNER, request('GET', undefined, id), undefined)
    vi.advanceTimersByTime(60 * MINUTE)
    expect(sessions.size).toBe(1)
    await stream!.body!.cancel()
    vi.advanceTimersByTime(20 * MINUTE)
    expect(sessions.size).toBe(1)
    vi.advanceTimersByTime(15 * MINUTE)
    expect(sessions.size).toBe(0)
  })

  it('are at most 2,000: the one that is idle for longest makes room', async () => {
    const sessions = makeSessions()
    const first = await start(sessions)
    vi.advanceTimersByTime(10)
    const second = await start(sessions)
    vi.advanceTimersByTime(10)
    expect(await isThere(sessions, first)).toBe(true)
    for (let n = 2; n < 2_001; n++) await start(sessions)
    expect(sessions.size).toBe(2_000)
    expect(await isThere(sessions, second)).toBe(false)
    expect(await isThere(sessions, first)).toBe(true)
  })

  it('belong to their caller and their server', async () => {
    const sessions = makeSessions()
    const id = await start(sessions)
    const body = { jsonrpc: '2.0', id: 1, method: 'ping' }
    const serve = (owner: typeof OWNER) =>
      sessions.serve(id, owner, request('POST', body, id), body)
    expect(await serve({ ...OWNER, serverId: 'other' })).toBeUndefined()
    expect(await serve({ ...OWNER, caller: { ...ADMIN, id: 'ann' } })).toBeUndefined()
    expect(await serve(OWNER)).toBeDefined()
  })
})
