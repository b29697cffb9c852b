import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WITH_ADMIN } from '../../support/accounts.ts'
import { startFacet } from '../../support/facet.ts'

const SIZE = { kind: 'arguments', what: 'true', max_chars: 100 }
const RATE = { kind: 'rate', what: 'true', limit: 10 }
const TOTP = { kind: 'totp', what: "'shell' in tags", secret: '${TOTP}' }
const WITH_SECRET = {
  as: WITH_ADMIN.as,
  settings: {
    ...WITH_ADMIN.settings,
    secrets: { TOTP: { env: 'TOTP', guards: true }, API: { env: 'API', hosts: ['a.example'] } },
  },
  environment: { TOTP: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
}

describe('guards over REST', () => {
  it('are made, listed, read, changed, replaced and deleted', async () => {
    const { api, ok } = await startFacet(WITH_ADMIN)
    const made = await api('POST', '/guards', { id: 'size', ...SIZE })
    expect([made.status, made.headers.get('location')]).toEqual([201, '/guards/size'])
    expect(made.body).toMatchObject({ who: 'true', status: 'active', origin: 'rest', version: 1 })
    const unnamed = await ok<{ id: string }>('POST', '/guards', RATE)
    expect(unnamed.id).toMatch(/^guard-/)
    const { guards } = await ok<{ guards: { id: string }[] }>('GET', '/guards')
    expect(guards.map(({ id }) => id)).toEqual([unnamed.id, 'size'])
    const patched = await api('PATCH', '/guards/size', { server: 's', status: 'off' })
    expect([patched.body.server, patched.body.status]).toEqual([['s'], 'off'])
    expect(patched.headers.get('etag')).toBe('"2"')
    const stale = await api('PUT', '/guards/size', SIZE, { 'if-match': '"1"' })
    expect(stale.body.code).toBe('precondition_failed')
    expect(await ok<object>('PUT', '/guards/size', RATE)).toMatchObject({
      kind: 'rate',
      per: ['caller'],
      per_seconds: 60,
      counts: 'calls',
    })
    expect(await ok<object>('GET', '/guards/size')).not.toHaveProperty('server')
    expect((await api('DELETE', '/guards/size')).status).toBe(204)
    expect((await api('GET', '/guards/size')).status).toBe(404)
    expect((await api('POST', '/guards', { ...RATE, id: unnamed.id })).body.code).toBe('id_taken')
  })

  it('with codes name their secret by reference, and show no more of it', async () => {
    const { api, ok } = await startFacet(WITH_SECRET)
    const made = await ok<object>('POST', '/guards', { id: 'shell', ...TOTP })
    expect(made).toMatchObject({ secret: '${TOTP}', timeout_seconds: 7200, max_failures: 5 })
    const all = await api('GET', '/guards')
    expect(all.text).toContain('${TOTP}')
    expect(all.text).not.toContain('JBSWY3DP')
  })

  it.each([
    ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 'invalid_request'],
    ['prefix ${TOTP}', 'invalid_request'],
    ['${OTHER}', 'unknown_secret'],
    ['${API}', 'unknown_secret'],
  ])('are refused with the secret %s', async (secret, code) => {
    const { api } = await startFacet(WITH_SECRET)
    const { status, body, text } = await api('POST', '/guards', { ...TOTP, secret })
    expect([status, body.code, body.errors[0].path]).toEqual([
      400,
      code,
      code === 'unknown_secret' ? 'guard.secret' : 'secret',
    ])
    expect(text).not.toContain('JBSWY3DP')
  })

  it.each([
    [{ ...SIZE, what: 'tagz' }, 'what', 0],
    [{ ...SIZE, what: "'risk' in caller.groups" }, 'what', 10],
    [{ ...SIZE, who: "'x' in tags" }, 'who', 7],
    [{ ...SIZE, condition: 'arguments.a == 1 && nme == 2' }, 'condition', 20],
    [{ ...SIZE, condition: 'entry.nme == 2' }, 'condition', 6],
    [{ ...SIZE, condition: "name == 'x'" }, 'condition', 0],
    [{ ...SIZE, condition: 'caller.group' }, 'condition', 7],
    [{ ...SIZE, deny: [{ pattern: 'a', path: '$.[' }] }, 'deny[0].path', 2],
    [{ ...SIZE, deny: [{ pattern: 'a' }, { pattern: '(?=a)' }] }, 'deny[1].pattern', undefined],
  ])('are refused with the place of the mistake: %j', async (wrong, path, position) => {
    const { api } = await startFacet(WITH_ADMIN)
    const { status, body } = await api('POST', '/guards', wrong)
    expect([status, body.code]).toEqual([400, 'invalid_filter'])
    expect([body.errors[0].path, body.errors[0].position]).toEqual([path, position])
  })

  it.each([
    [{ kind: 'wall', what: 'true' }, 'kind'],
    [{ kind: 'arguments', what: 'true' }, 'kind'],
    [{ kind: 'rate', what: 'true' }, 'limit'],
    [{ ...RATE, what: undefined }, 'what'],
    [{ ...RATE, per: ['weather'] }, 'per[0]'],
    [{ ...RATE, counts: 'requests', what: "'x' in tags" }, 'what'],
    [{ ...RATE, counts: 'requests', per: ['source'] }, 'per'],
    [{ ...RATE, max_chars: 100 }, ''],
    [{ kind: 'totp', what: 'true' }, 'secret'],
  ])('are refused as %j', async (wrong, path) => {
    const { api } = await startFacet(WITH_ADMIN)
    const { status, body } = await api('POST', '/guards', wrong)
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'invalid_request', path])
  })

  it('outlive the process', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'facet-guards-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const options = { settings: { database: join(directory, 'facet.db') } }
    const first = await startFacet(options)
    const made = await first.ok('POST', '/guards', { id: 'size', ...SIZE })
    await first.facet.close()
    const { ok } = await startFacet(options)
    expect(await ok('GET', '/guards/size')).toEqual(made)
  })
})
