import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { writeServiceFile } from '../../src/cli/service-file.ts'
import { bearer } from '../support/accounts.ts'
import { type StartOptions, startFacet, type TestFacet } from '../support/facet.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'
import { runFacet } from '../support/process.ts'

const KEY = /^facet_[a-z2-7]{10}_[\w-]{43}\n$/

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-access-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  mkdirSync(join(path, 'data'))
  return path
}

/** A service that commands in a folder find. */
async function served(cwd: string, settings: StartOptions['settings'] = {}): Promise<TestFacet> {
  const started = await startFacet({ listen: true, settings })
  const { facet, url } = started
  const service = { url, token: facet.operatorToken, pid: process.pid }
  onTestFinished(writeServiceFile(join(cwd, 'data/facet.db'), service))
  return started
}

/** Who a key is for; undefined for one that does not open. */
async function holderOf({ facet }: TestFacet, key: string): Promise<string | undefined> {
  const headers = { host: '127.0.0.1', ...bearer(key.trim()) }
  const response = await facet.app.request('http://127.0.0.1/me', { headers })
  return response.ok ? ((await response.json()) as { id: string }).id : undefined
}

describe('facet init', () => {
  it('makes the first key where no service runs, and none after it', async () => {
    const cwd = folder()
    const { code, out, err } = await runFacet(['init'], { cwd })
    expect([code, out]).toEqual([0, expect.stringMatching(KEY)])
    expect(err).not.toContain(out.trim())
    const again = await runFacet(['init'], { cwd })
    expect([again.code, again.out]).toEqual([1, ''])
    const database = join(cwd, 'data/facet.db')
    expect(readFileSync(database).includes(out.trim())).toBe(false)
    const facet = await startFacet({ settings: { database } })
    expect(await holderOf(facet, '')).toBeUndefined()
    expect(await holderOf(facet, out)).toBe('administrator')
  })

  it('makes it over a service that runs, and helps when the last one is lost', async () => {
    const cwd = folder()
    const facet = await served(cwd)
    const first = await runFacet(['init', '--user', 'ada'], { cwd })
    expect(await holderOf(facet, first.out)).toBe('ada')
    expect((await runFacet(['init'], { cwd })).code).toBe(1)
    const headers = { host: '127.0.0.1', ...bearer(first.out.trim()) }
    const init = { method: 'DELETE', headers }
    expect((await facet.facet.app.request('http://127.0.0.1/users/ada', init)).status).toBe(204)
    const second = await runFacet(['init'], { cwd })
    expect(await holderOf(facet, second.out)).toBe('administrator')
  })

  it('is not misled by what a killed service left behind', async () => {
    const cwd = folder()
    const { pid } = spawnSync(process.execPath, ['-e', '0'])
    const dead = { url: 'http://127.0.0.1:9', token: 'x', pid }
    writeServiceFile(join(cwd, 'data/facet.db'), dead)
    expect((await runFacet(['init'], { cwd })).out).toMatch(KEY)
  })
})

describe('on the machine of a service that wants credentials', () => {
  it('facet users manages who may come in, without a credential of its own', async () => {
    const cwd = folder()
    const facet = await served(cwd, { admin_token: ADMIN_TOKEN })
    const run = (...args: string[]) => runFacet(['users', ...args], { cwd })
    const user = ['ada', '--name', 'Ada', '--role', 'viewer', '--role', 'risk', '--group', 'x']
    expect((await run('add', ...user)).code).toBe(0)
    expect((await run('list')).out).toMatch(/^ada +viewer risk +x +Ada\n$/)
    await run('set', 'ada', '--disable', '--role', 'client')
    const headers = bearer(ADMIN_TOKEN)
    const { body } = await facet.api('GET', '/users/ada', undefined, headers)
    expect(body).toMatchObject({ disabled: true, roles: ['client'], groups: ['x'] })
    await run('remove', 'ada')
    expect((await facet.api('GET', '/users/ada', undefined, headers)).status).toBe(404)
  })

  it('facet keys gives keys, shows them once, and ends them', async () => {
    const cwd = folder()
    const facet = await served(cwd, { admin_token: ADMIN_TOKEN })
    await facet.api('POST', '/users', { id: 'ada', name: 'Ada' }, bearer(ADMIN_TOKEN))
    const run = (...args: string[]) => runFacet(['keys', ...args], { cwd })
    const made = await run('create', 'ada', '--days', '3', '--only', 'risk', '--role', 'client')
    expect(made.out).toMatch(KEY)
    expect(await holderOf(facet, made.out)).toBe('ada')
    const listed = await run('list', 'ada', '--json')
    const [key] = JSON.parse(listed.out) as [{ id: string; servers: string[] }]
    expect([key.servers, listed.out.includes(made.out.trim())]).toEqual([['risk'], false])
    const fresh = await run('reset', 'ada')
    expect(await holderOf(facet, made.out)).toBeUndefined()
    expect(await holderOf(facet, fresh.out)).toBe('ada')
    const wrong = await run('create', 'nobody')
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('There is no user')])
  })
})
