import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { URI } from 'otpauth'
import { describe, expect, it, onTestFinished } from 'vitest'
import { writeServiceFile } from '../../src/cli/service-file.ts'
import { startFacet } from '../support/facet.ts'
import { runFacet } from '../support/process.ts'

/** A service, and a folder from which commands find it. */
async function served() {
  const cwd = mkdtempSync(join(tmpdir(), 'facet-guards-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  mkdirSync(join(cwd, 'data'))
  const secrets = { TOTP: { env: 'TOTP', guards: true } }
  const { facet, url, ok, api } = await startFacet({ listen: true, settings: { secrets } })
  const service = { url, token: facet.operatorToken, pid: process.pid }
  onTestFinished(writeServiceFile(join(cwd, 'data/facet.db'), service))
  const run = (...args: string[]) => runFacet(['guards', ...args], { cwd })
  return { cwd, ok, api, run }
}

const SHELL = 'id: shell\nkind: totp\nwhat: "true"\nsecret: ${TOTP}\n'
const GUARD = { id: 'shell', kind: 'totp', what: 'true', secret: '${TOTP}' }

describe('facet guards', () => {
  it('makes a guard of a file, and replaces it', async () => {
    const { cwd, ok, run } = await served()
    const file = join(cwd, 'shell.yaml')
    writeFileSync(file, SHELL)
    expect(await run('put', file)).toMatchObject({ code: 0, err: '' })
    writeFileSync(file, `${SHELL}server: desk\n`)
    expect((await run('put', file)).out).toBe('shell  totp  active  on desk  everybody  true\n')
    expect(await ok('GET', '/guards/shell')).toMatchObject({ version: 2, server: ['desk'] })
  })

  it('lists guards, turns them off and on, and removes them', async () => {
    const { ok, api, run } = await served()
    await ok('POST', '/guards', GUARD)
    expect((await run('off', 'shell')).code).toBe(0)
    expect((await run('list')).out).toBe('shell  totp  off  everywhere  everybody  true\n')
    expect((await run('on', 'shell')).code).toBe(0)
    expect(await ok('GET', '/guards/shell')).toMatchObject({ status: 'active' })
    expect((await run('remove', 'shell')).code).toBe(0)
    expect((await api('GET', '/guards/shell')).status).toBe(404)
  })

  it('locks groups for everybody, and lets those who are locked out try again', async () => {
    const { ok, run } = await served()
    await ok('POST', '/guards', GUARD)
    expect((await run('lock', 'shell')).code).toBe(0)
    expect((await run('reset', 'shell', '--caller', 'ada')).code).toBe(0)
    const { code, err } = await run('lock', 'other')
    expect([code, err]).toEqual([1, expect.stringContaining('no guard')])
  })

  it('says what is wrong with a file', async () => {
    const { cwd, run } = await served()
    const file = join(cwd, 'g.yaml')
    writeFileSync(file, 'kind: rate\nlimit: 1\nwhat: "true"\n')
    expect(await run('put', file)).toMatchObject({ code: 1 })
    writeFileSync(file, 'id: g\nkind: rate\nlimit: 1\nwhat: tagz\n')
    const { code, err } = await run('put', file)
    expect([code, err]).toEqual([1, expect.stringContaining('tagz')])
  })

  it('makes secrets that authenticators take', async () => {
    const { run } = await served()
    const [secret, uri] = (await run('secret', 'shell')).out.trim().split('\n')
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    const totp = URI.parse(uri!)
    expect([totp.secret.base32, totp.secret.bytes.length, totp.label]).toEqual([
      secret,
      20,
      'shell',
    ])
    expect((await run('secret', 'shell')).out).not.toContain(secret)
  })
})
