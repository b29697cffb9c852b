import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bearer, WITH_ADMIN } from '../../support/accounts.ts'
import { eventsOf } from '../../support/events.ts'
import { startFacet } from '../../support/facet.ts'
import { federate } from '../../support/federated.ts'
import { connectClient } from '../../support/mcp.ts'

const KEY = `facet_abcdefghij_${'k'.repeat(43)}`
const JWT = `eyJhbGciOiJSUzI1NiJ9.${'p'.repeat(40)}.${'s'.repeat(40)}`
const UPSTREAM_TOKEN = 'upstream"token/with?signs'

/** What the JSONL sink keeps of calls with these arguments, answered with this text. */
async function kept(calls: Record<string, unknown>[], answer = 'ok', events: object = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'facet-redaction-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const jsonl = { enabled: true, directory, params: true, results: true }
  const secrets = { UP: { env: 'UP', hosts: ['127.0.0.1'] } }
  const { url, facet } = await federate(
    'modern',
    (upstream) => {
      upstream.call = async () => ({ content: [{ type: 'text', text: answer }] })
    },
    {
      settings: { events: { jsonl, ...events }, secrets },
      environment: { UP: UPSTREAM_TOKEN },
    },
  )
  const { transport } = await facet.ok<{ transport: object }>('GET', '/sources/up')
  await facet.ok('PATCH', '/sources/up', {
    transport: { ...transport, headers: { 'X-Key': '${UP}' } },
  })
  const client = await connectClient(url)
  for (const args of calls) await client.callTool({ name: 'remote', arguments: args })
  await eventsOf(facet)
  const text = readFileSync(join(directory, 'calls.jsonl'), 'utf8')
  const lines = text.trimEnd().split('\n')
  const parsed = lines.map((line) => JSON.parse(line)).filter(({ action }) => action === 'call')
  return { text, calls: parsed, facet }
}

describe('what is written of a call', () => {
  it('has no value of a member whose name says it is secret, however deep and spelt', async () => {
    const { text, calls } = await kept([
      {
        password: 'value-one',
        accessToken: 'value-two',
        'X-Api-Key': 'value-three',
        nested: [{ client_secret: { deep: 'value-four' } }],
        code: 987654,
        max_tokens: 12,
        barcode: 'visible',
      },
    ])
    expect(text).not.toMatch(/value-|987654/)
    expect(calls[0].params).toMatchObject({ password: '***', max_tokens: 12, barcode: 'visible' })
  })

  it('has no such value in a text either, of JSON within JSON too', async () => {
    const inner = JSON.stringify({ token: 'value-one "quoted" rest', plain: 'seen' })
    const answer = [
      JSON.stringify({ data: inner, api_key: 'value-two' }),
      'password=value-three&x=1',
      'Authorization: Bearer value-four',
      'error code: 500',
    ].join('\n')
    const { calls } = await kept([{ text: answer }], answer)
    for (const text of [calls[0].result, calls[0].params.text]) {
      expect(text).not.toMatch(/value-|quoted/)
      expect(text).toContain('seen')
      expect(text).toContain('error code: 500')
    }
  })

  it('has no such value behind other pairs, in quotes, in an address, or beyond a bracket', async () => {
    const answer = [
      'error: password=value-one',
      'see https://me:value-two@host/p?token=value-three&code=value-four',
      `password: "value-five", api_key='value-six' seen`,
      'Cookie: theme=dark; sid=value-seven',
      JSON.stringify({
        credentials: { a: { b: 'x' }, c: { d: 'value} eight', e: ['value-nine'] } },
      }),
      JSON.stringify({ token: `${'t'.repeat(9_000)}value-ten`, plain: 'also seen' }),
    ].join('\n')
    const { calls } = await kept([{ text: answer.slice(0, 450) }], answer)
    for (const text of [calls[0].result, calls[0].params.text]) {
      expect(text).not.toMatch(/value[-}]/)
      expect(text).toContain('seen')
    }
    expect(calls[0].result).toContain('also seen')
  })

  it('has no credential that is known by its form or its value, also where it is cut', async () => {
    const secrets = [KEY, JWT, UPSTREAM_TOKEN]
    const { text } = await kept(
      secrets.flatMap((secret) => [
        { text: `before ${secret} after` },
        { [secret]: 'as a name' },
        // A secret across the place where the text is cut would leave its beginning.
        ...[490, 470].map((length) => ({ text: 'x'.repeat(length) + secret })),
        { text: encodeURIComponent(secret) },
        { text: JSON.stringify({ a: secret }) },
      ]),
      secrets.join(' '),
    )
    for (const secret of secrets) {
      expect(text).not.toContain(secret.slice(0, 16))
      expect(text).not.toContain(JSON.stringify(secret.slice(0, 10)).slice(1, -1))
    }
    expect(text).toContain('before *** after')
  })

  it('takes other names of secrets from the settings', async () => {
    const { calls } = await kept([{ kennwort: 'x', password: 'shown' }], 'ok', {
      secret_keys: ['kennwort'],
    })
    expect(calls[0].params).toEqual({ kennwort: '***', password: 'shown' })
  })

  it('is bounded, however large and deep the call is', async () => {
    let deep: Record<string, unknown> = { end: 'reached' }
    for (let i = 0; i < 500; i++) deep = { deep }
    const wide = Array.from({ length: 20_000 }, (_, i) => `item ${i}`)
    const hostile = '\\'.repeat(50_000) + '"token":"'.repeat(5_000)
    const { text, calls } = await kept([{ deep, wide, hostile }], hostile)
    expect(calls.length).toBe(1)
    expect(text.length).toBeLessThan(100_000)
    expect(text).not.toContain('reached')
  })
})

describe('a name that a client made up', () => {
  it('is so too where what is refused is counted by the minute', async () => {
    const clock = { at: Date.parse('2026-03-02T10:00:00Z') }
    const facet = await startFacet({ ...WITH_ADMIN, now: () => new Date(clock.at) })
    for (const server of [KEY, KEY, 's'.repeat(5_000), 's'.repeat(5_000)]) {
      const refused = await facet.api('GET', `/dynamic/${server}/tools`, undefined, bearer('x'))
      expect(refused.status).toBe(401)
    }
    await eventsOf(facet)
    clock.at += 60_000
    const events = await eventsOf(facet, 'decision=deny')
    expect(events.map(({ count }) => count)).toEqual([1, 1, 1, 1])
    expect(JSON.stringify(events)).not.toMatch(/kkkk|s{600}/)
  })

  it('is cut, and has no credential in it', async () => {
    const { facet } = await kept([])
    const url = '/dynamic/s/mcp'
    for (const name of [KEY, JWT, 'n'.repeat(100_000)]) {
      const message = { jsonrpc: '2.0', id: `id ${KEY}`, method: 'tools/call', params: { name } }
      await facet.api('POST', url, message, { accept: 'application/json, text/event-stream' })
      await facet.api('DELETE', `/users/${name.slice(0, 1_000)}`)
    }
    const events = await eventsOf(facet)
    const text = JSON.stringify(events)
    expect(events.filter(({ decision }) => decision === 'deny').length).toBe(3)
    expect(text).not.toContain('kkkk')
    expect(text).not.toContain('ssss')
    expect(text).not.toContain('n'.repeat(600))
    expect(text).toContain('***')
  })
})
