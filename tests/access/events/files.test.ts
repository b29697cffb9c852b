import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventsOf } from '../../support/events.ts'
import type { TestFacet } from '../../support/facet.ts'
import { type Federated, federate } from '../../support/federated.ts'
import { connectClient } from '../../support/mcp.ts'
import type { SdkUpstream } from '../../support/sdk-upstream.ts'
import { until } from '../../support/wait.ts'

const DAY = 24 * 60 * 60 * 1000
const NOON = Date.parse('2026-03-02T12:00:00Z')

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-events-'))
  onTestFinished(() => {
    chmodSync(path, 0o700)
    rmSync(path, { recursive: true })
  })
  return path
}

interface Running extends Federated {
  readonly call: (args?: Record<string, unknown>, name?: string) => Promise<unknown>
  readonly clock: { at: number }
}

/** A Facet with a tool `remote`, with these settings of events, and a client of it. */
async function recording(
  events: object,
  offer: (upstream: SdkUpstream) => void = (upstream) => {
    upstream.call = async () => ({ content: [{ type: 'text', text: 'hello' }] })
  },
): Promise<Running> {
  const clock = { at: NOON }
  const options = { settings: { events }, now: () => new Date(clock.at) }
  const federated = await federate('modern', offer, options)
  const client = await connectClient(federated.url)
  const call: Running['call'] = (args = {}, name = 'remote') =>
    client.callTool({ name, arguments: args }).catch(() => undefined)
  return { ...federated, call, clock }
}

/** Lines of a file once everything is written. */
async function linesOf(facet: TestFacet, file: string): Promise<string[]> {
  await eventsOf(facet)
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
}

const sinksOf = async ({ ok }: TestFacet) => {
  const { sinks } = await ok<{ sinks: { name: string; state: string; dropped: number }[] }>(
    'GET',
    '/events/sinks',
  )
  return new Map(sinks.map((sink) => [sink.name, sink]))
}

describe('the JSONL sink', () => {
  it('has a line for every call, failures too', async () => {
    const path = directory()
    const jsonl = { enabled: true, directory: path, params: true, results: true }
    const { facet, call } = await recording({ jsonl })
    await call({ text: 'one' })
    await call({}, 'unknown')
    const lines = (await linesOf(facet, join(path, 'calls.jsonl'))).map((line) => JSON.parse(line))
    const calls = lines.filter(({ action }) => action === 'call')
    expect(calls).toMatchObject([
      {
        ts: '2026-03-02T12:00:00.000Z',
        tool: 'remote',
        params: { text: 'one' },
        result: 'hello',
        ok: true,
        principal: 'local',
        server: 's',
        source: 'up',
        decision: 'allow',
      },
      { tool: 'unknown', ok: false, decision: 'deny', result: null },
    ])
    expect(calls[0].ms).toBeGreaterThan(0)
  })

  it('has no arguments or results unless it is told to', async () => {
    const path = directory()
    const transcript = { directory: path }
    const { facet, call } = await recording({
      jsonl: { enabled: true, directory: path },
      transcript,
    })
    // Also where another sink has them.
    await facet.ok('POST', '/events/sinks/transcript/start')
    await call({ text: 'private' })
    const lines = await linesOf(facet, join(path, 'calls.jsonl'))
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ tool: 'remote', params: null, result: null })
  })

  it('begins a new file every day, and compresses the one before', async () => {
    const path = directory()
    const { facet, call, clock } = await recording({ jsonl: { enabled: true, directory: path } })
    await call()
    const before = await linesOf(facet, join(path, 'calls.jsonl'))
    clock.at += DAY
    await call()
    const after = await linesOf(facet, join(path, 'calls.jsonl'))
    expect(after.length).toBe(1)
    const archive = join(path, '2026-03-02.jsonl.gz')
    await until('the archive is there', () => existsSync(archive))
    expect(gunzipSync(readFileSync(archive)).toString().trimEnd().split('\n')).toEqual(before)
    expect(readdirSync(path).sort()).toEqual(['2026-03-02.jsonl.gz', 'calls.jsonl'])
  })

  it('puts aside at the start what is of an earlier day, but no empty file', async () => {
    const [full, empty] = [directory(), directory()]
    const yesterday = new Date(NOON - DAY)
    for (const [path, text] of [
      [full, '{"tool":"old"}\n'],
      [empty, ''],
    ] as const) {
      writeFileSync(join(path, 'calls.jsonl'), text)
      utimesSync(join(path, 'calls.jsonl'), yesterday, yesterday)
      const { facet, call } = await recording({ jsonl: { enabled: true, directory: path } })
      await call()
      await eventsOf(facet)
    }
    const archive = join(full, '2026-03-01.jsonl.gz')
    await until('the archive is there', () => existsSync(archive))
    expect(gunzipSync(readFileSync(archive)).toString()).toBe('{"tool":"old"}\n')
    expect(readFileSync(join(full, 'calls.jsonl'), 'utf8')).not.toContain('old')
    expect(readdirSync(empty)).toEqual(['calls.jsonl'])
  })

  it('keeps archives for 90 days, and touches nothing that is no archive', async () => {
    const path = directory()
    const named = (days: number) => new Date(NOON - days * DAY).toISOString().slice(0, 10)
    const keep = [`${named(89)}.jsonl.gz`, 'notes.gz', `${named(91)}.txt`, `x${named(91)}.jsonl.gz`]
    for (const name of [...keep, `${named(91)}.jsonl.gz`]) {
      writeFileSync(join(path, name), gzipSync('{}\n'))
    }
    const { facet, call } = await recording({ jsonl: { enabled: true, directory: path } })
    await call()
    await eventsOf(facet)
    const wanted = [...keep, 'calls.jsonl'].sort()
    await until('the old archive is gone', () => readdirSync(path).length === wanted.length)
    expect(readdirSync(path).sort()).toEqual(wanted)
  })

  it('cuts long arguments and results, and masks what is secret', async () => {
    const path = directory()
    const jsonl = { enabled: true, directory: path, params: true, results: true }
    const { facet, call } = await recording({ jsonl }, (upstream) => {
      upstream.call = async () => ({ content: [{ type: 'text', text: 'r'.repeat(5_000) }] })
    })
    await call({ text: 'p'.repeat(600), code: '123456', nested: { apiKey: 'abcdef' } })
    const lines = await linesOf(facet, join(path, 'calls.jsonl'))
    const { params, result } = JSON.parse(lines.at(-1)!)
    expect(params.text).toBe(`${'p'.repeat(500)}...`)
    expect(result).toBe(`${'r'.repeat(2_000)}...`)
    expect([params.code, params.nested.apiKey]).toEqual(['***', '***'])
  })
})

describe('the text sink', () => {
  it('has one line for every call, whatever its name says', async () => {
    const file = join(directory(), 'calls.log')
    const { facet, call } = await recording({ text: { enabled: true, file, params: true } })
    await call({ text: 'x'.repeat(200) })
    await call({}, 'no\n[2026-03-02T12:00:00.000Z] OK forged')
    const lines = await linesOf(facet, file)
    expect(lines.length).toBe(2)
    expect(lines[0]).toMatch(
      /^\[2026-03-02T12:00:00\.000Z\] OK remote \{"text":"x{91}\.\.\. caller=local server=s ok \d/,
    )
    expect(lines[1]).toMatch(/^\[[^\]]+\] FAIL no\ufffd\[.* denied/)
  })

  it('is followed by numbered files when it is full, three of them', async () => {
    const path = directory()
    const file = join(path, 'calls.log')
    const { facet, call } = await recording({ text: { enabled: true, file, max_bytes: 1_000 } })
    for (let i = 0; i < 80; i++) await call()
    await eventsOf(facet)
    expect(readdirSync(path).sort()).toEqual([
      'calls.log',
      'calls.log.1',
      'calls.log.2',
      'calls.log.3',
    ])
    for (const name of readdirSync(path)) {
      expect(readFileSync(join(path, name)).length).toBeLessThanOrEqual(1_000)
    }
  })
})

describe('a transcript', () => {
  it('has what was called between start and stop', async () => {
    const path = directory()
    const { facet, call } = await recording({ transcript: { directory: path } }, (upstream) => {
      upstream.call = async () => ({ content: [{ type: 'text', text: 'a ```` fence' }] })
    })
    await call({ text: 'before' })
    await facet.ok('POST', '/events/sinks/transcript/start', { server: 's' })
    await call({ text: 'during', token: 'hush-hush' })
    await call({}, 'unknown')
    await facet.ok('POST', '/events/sinks/transcript/stop')
    await call({ text: 'after' })
    await eventsOf(facet)
    const [name, ...others] = readdirSync(path)
    expect(others).toEqual([])
    const text = readFileSync(join(path, name!), 'utf8')
    expect(text).toMatch(/^# Transcript\n\nOf calls with server `s`, from 2026-03-02T12:00:00/)
    expect(text).toMatch(/^## \[12:00:00\.000\] ✓ `remote`$/m)
    expect(text).toMatch(/^## \[12:00:00\.000\] ✗ `unknown`$/m)
    expect(text).toContain('`````text\na ```` fence\n`````')
    expect(text).toContain('"during"')
    expect(text).toContain('"token": "***"')
    expect(text).not.toMatch(/before|after|hush-hush/)
    expect(text).toMatch(/---\n\nEnded 2026-03-02T12:00:00\.000Z: 2 calls, 1 failed\.\n$/)
  })

  it('goes on in another file when one is full, and cuts results at 50,000 characters', async () => {
    const path = directory()
    const transcript = { directory: path, max_bytes: 60_000 }
    const { facet, call } = await recording({ transcript }, (upstream) => {
      upstream.call = async () => ({ content: [{ type: 'text', text: 'r'.repeat(60_000) }] })
    })
    await facet.ok('POST', '/events/sinks/transcript/start')
    await call()
    await call()
    await facet.ok('POST', '/events/sinks/transcript/stop')
    const texts = readdirSync(path)
      .sort((a, b) => a.length - b.length)
      .map((name) => readFileSync(join(path, name), 'utf8'))
    expect(texts.map((text) => /r+\.\.\./.exec(text)?.[0].length)).toEqual([50_003, 50_003])
    expect(texts[1]!.slice(0, 21)).toBe('# Transcript (part 2)')
  })
})

describe('sinks', () => {
  it('are switched on and off, and say how they are', async () => {
    const path = directory()
    const { facet, call } = await recording({ jsonl: { directory: path } })
    const states = async () =>
      [...(await sinksOf(facet)).values()].map(({ name, state }) => [name, state])
    expect(await states()).toEqual([
      ['database', 'on'],
      ['jsonl', 'off'],
      ['text', 'off'],
      ['transcript', 'off'],
    ])
    await facet.ok('POST', '/events/sinks/jsonl/start')
    await call()
    await facet.ok('POST', '/events/sinks/jsonl/stop')
    await call()
    const lines = await linesOf(facet, join(path, 'calls.jsonl'))
    expect(lines.filter((line) => line.includes('remote')).length).toBe(1)
    await facet.ok('POST', '/events/sinks/database/stop')
    expect((await facet.api('GET', '/events')).body.code).toBe('not_recorded')
    expect((await facet.api('POST', '/events/sinks/nothing/stop')).status).toBe(404)
    await facet.ok('POST', '/events/sinks/database/start')
    // Who switched it off is in it: that was written before it went off.
    const routes = (await eventsOf(facet, 'action=manage')).map(({ name, entry }) => [name, entry])
    expect(routes).toContainEqual(['POST /events/sinks/{name}/start', 'database'])
    expect(routes).toContainEqual(['POST /events/sinks/{name}/stop', 'database'])
  })

  it('that fail lose their own events and nobody else’s, and come back by themselves', async () => {
    const path = directory()
    const blocked = join(path, 'blocked')
    // A file where a directory should be: that fails for everybody, root too.
    writeFileSync(blocked, '')
    const file = join(path, 'calls.log')
    const { facet, call } = await recording({
      jsonl: { enabled: true, directory: blocked },
      text: { enabled: true, file },
    })
    expect(await call()).toMatchObject({ content: [{ text: 'hello' }] })
    expect((await linesOf(facet, file)).length).toBe(1)
    const sinks = await sinksOf(facet)
    expect(sinks.get('jsonl')).toMatchObject({ state: 'failing', written: 0 })
    expect(sinks.get('jsonl')!.dropped).toBeGreaterThan(0)
    expect(sinks.get('text')).toMatchObject({ state: 'on', dropped: 0 })
    const metrics = (await facet.api('GET', '/metrics')).text
    expect(metrics).toContain('facet_event_sink_up{sink="jsonl"} 0')
    expect(metrics).toMatch(/facet_events_dropped_total\{sink="jsonl"\} [1-9]/)
    const { events } = (await facet.api('GET', '/health/detailed')).body
    expect(events).toContainEqual(expect.objectContaining({ name: 'jsonl', state: 'failing' }))

    rmSync(blocked)
    mkdirSync(blocked)
    await call()
    expect((await linesOf(facet, join(blocked, 'calls.jsonl'))).at(-1)).toContain('remote')
    expect((await sinksOf(facet)).get('jsonl')).toMatchObject({ state: 'on' })
  })

  it('that cannot begin say so', async () => {
    const path = directory()
    writeFileSync(join(path, 'file'), '')
    const { facet } = await recording({ transcript: { directory: join(path, 'file') } })
    const { status, body } = await facet.api('POST', '/events/sinks/transcript/start')
    expect([status, body.code]).toEqual([409, 'not_recorded'])
    expect((await sinksOf(facet)).get('transcript')).toMatchObject({ state: 'off' })
  })
})
