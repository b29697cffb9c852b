import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventsOf } from '../../support/events.ts'
import { startFacet, type TestFacet } from '../../support/facet.ts'
import { serveFacet } from '../../support/process.ts'

const DAY = 24 * 60 * 60 * 1000

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-kept-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A change that is recorded, of a tag that nothing has. */
const change = ({ ok }: TestFacet) =>
  ok('POST', '/tags/apply', { filter: 'false', add: ['x'], types: ['tool'] })

describe('events', () => {
  it('are in a file beside the database, which is for its owner only, and outlive a restart', async () => {
    const database = join(folder(), 'facet.db')
    const first = await startFacet({ settings: { database } })
    await change(first)
    await first.facet.close()
    const file = join(database, '../facet.events.db')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const again = await startFacet({ settings: { database } })
    expect((await eventsOf(again)).map(({ name }) => name)).toEqual(['POST /tags/apply'])
  })

  it('written more than a moment ago are there after kill -9', async () => {
    const cwd = folder()
    const { child, service } = await serveFacet({ cwd })
    const send = () =>
      fetch(`${service.url}/tags/apply`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ filter: 'false', add: ['x'] }),
      })
    for (let i = 0; i < 20; i++) expect((await send()).status).toBe(200)
    // The moment the guide speaks of is a quarter of a second.
    await sleep(1_500)
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await exited
    const facet = await startFacet({ settings: { database: join(cwd, 'data/facet.db') } })
    expect((await eventsOf(facet)).length).toBe(20)
  })

  it('go when they are too old or too many; what they add up to stays', async () => {
    const clock = { at: Date.parse('2026-03-01T12:00:00Z') }
    const database = { days: 30, max_events: 5, usage_days: 60 }
    const facet = await startFacet({
      now: () => new Date(clock.at),
      settings: { events: { database } },
    })
    const read = async () => {
      const message = { jsonrpc: '2.0', id: 1, method: 'resources/read' }
      const accept = 'application/json, text/event-stream'
      const body = { ...message, params: { uri: 'doc:none' } }
      await facet.api('POST', '/mcp', body, { accept })
    }
    const ids = async () => (await eventsOf(facet)).map(({ id }) => id)
    const denied = async (since: string) => {
      const { callers } = await facet.ok<{ callers: { denied: number }[] }>(
        'GET',
        `/usage?since=${since}`,
      )
      return callers[0]?.denied
    }
    await read()
    await ids()
    for (let i = 0; i < 7; i++) await read()
    expect((await ids()).length).toBe(8)
    clock.at += 61_000
    await ids()
    expect(await ids()).toEqual([4, 5, 6, 7, 8])
    clock.at += 29 * DAY
    await read()
    await ids()
    expect(await ids()).toEqual([5, 6, 7, 8, 9])
    clock.at += 2 * DAY
    await ids()
    expect(await ids()).toEqual([9])
    expect(await denied('2026-03-01T00:00:00Z')).toBe(9)
    clock.at += 30 * DAY
    await ids()
    await ids()
    expect(await denied('2026-03-01T00:00:00Z')).toBe(1)
  })

  it('that are more than may wait are dropped and counted, and no call fails', async () => {
    const facet = await startFacet({ settings: { events: { queue: 3 } } })
    const answers = await Promise.all(
      Array.from({ length: 200 }, () =>
        facet.api('POST', '/tags/apply', { filter: 'false', add: ['x'] }),
      ),
    )
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    const { text } = await facet.api('GET', '/metrics')
    const dropped = Number(/facet_events_dropped_total\{sink="all"\} (\d+)/.exec(text)?.[1])
    const kept = (await eventsOf(facet)).length
    expect(kept).toBeGreaterThan(0)
    expect(dropped + kept).toBe(200)
  })

  it('whose database cannot be opened end no call, and are kept as soon as it can be', async () => {
    const path = folder()
    writeFileSync(join(path, 'blocked'), '')
    const file = join(path, 'blocked', 'events.db')
    const facet = await startFacet({ settings: { events: { database: { file } } } })
    await change(facet)
    expect((await facet.api('GET', '/events')).body.code).toBe('not_recorded')
    const { events } = (await facet.api('GET', '/health/detailed')).body
    expect(events[0]).toMatchObject({ name: 'database', state: 'failing', dropped: 1 })
    rmSync(join(path, 'blocked'))
    await change(facet)
    expect((await eventsOf(facet)).length).toBe(1)
    const after = (await facet.api('GET', '/health/detailed')).body.events
    expect(after[0]).toMatchObject({ name: 'database', state: 'on' })
  })

  it('written by a later version are left alone', async () => {
    const database = join(folder(), 'facet.db')
    const file = join(database, '../facet.events.db')
    const { default: Database } = await import('better-sqlite3')
    const sqlite = new Database(file)
    sqlite.pragma('user_version = 99')
    sqlite.close()
    const before = readFileSync(file)
    const facet = await startFacet({ settings: { database } })
    await change(facet)
    expect((await facet.api('GET', '/events')).status).toBe(409)
    expect(readFileSync(file).subarray(0, 64)).toEqual(before.subarray(0, 64))
    expect(readdirSync(join(database, '..'))).toContain('facet.events.db')
  })
})
