import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { writeServiceFile } from '../../src/cli/service-file.ts'
import { startFacet } from '../support/facet.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'
import { runFacet, serveFacet } from '../support/process.ts'

function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-local-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

describe('a command about the catalog', () => {
  it('finds the local service by the database that facet.yaml names', async () => {
    const { facet, url } = await startFacet({ listen: true })
    const cwd = folder({ 'facet.yaml': 'database: other/place.db\n' })
    const database = join(folder(), 'place.db')
    writeServiceFile(database, { url, token: facet.operatorToken, pid: process.pid })
    const byVariable = await runFacet(['list', 'all'], { cwd, env: { FACET_DATABASE: database } })
    expect([byVariable.code, byVariable.out]).toEqual([0, expect.stringContaining('0 tools')])
    writeFileSync(join(cwd, 'facet.yaml'), `database: ${database}\n`)
    const byFile = await runFacet(['list', 'all'], { cwd })
    expect([byFile.code, byFile.out]).toEqual([0, expect.stringContaining('0 tools')])
  })

  it('finds it by the port that is configured when there is no such file', async () => {
    const { url } = await startFacet({ listen: true })
    const cwd = folder({ 'facet.yaml': `port: ${new URL(url).port}\n` })
    expect((await runFacet(['list', 'all'], { cwd })).code).toBe(0)
  })

  it('has the admin token of the local settings, and of a file', async () => {
    const { url } = await startFacet({ listen: true, settings: { admin_token: ADMIN_TOKEN } })
    const port = new URL(url).port
    const cwd = folder({ 'facet.yaml': `port: ${port}\nadmin_token: ${ADMIN_TOKEN}\n` })
    expect((await runFacet(['list', 'all'], { cwd })).code).toBe(0)
    const env = { FACET_ADMIN_TOKEN_FILE: join(folder({ token: `${ADMIN_TOKEN}\n` }), 'token') }
    const named = await runFacet(['list', 'all', '--server', url], { env })
    expect(named.code).toBe(0)
  })

  it('does not send the token of the local settings to a service that is named', async () => {
    const { url } = await startFacet({ listen: true, settings: { admin_token: ADMIN_TOKEN } })
    const cwd = folder({ 'facet.yaml': `admin_token: ${ADMIN_TOKEN}\n` })
    const { code, err } = await runFacet(['list', 'all', '--server', url], { cwd })
    expect([code, err]).toEqual([1, expect.stringContaining('FACET_ADMIN_TOKEN')])
  })

  it('says what is wrong with the local settings, unless the service is named', async () => {
    const { url } = await startFacet({ listen: true })
    const cwd = folder({ 'facet.yaml': 'prot: 1\n' })
    const { code, err } = await runFacet(['list', 'all'], { cwd })
    expect([code, err]).toEqual([1, expect.stringContaining('facet.yaml: ')])
    expect((await runFacet(['list', 'all', '--server', url], { cwd })).code).toBe(0)
  })

  it('reaches a service that listens on all addresses', async () => {
    const cwd = folder()
    const env = { FACET_ADMIN_TOKEN: ADMIN_TOKEN, FACET_HOST: '0.0.0.0' }
    const { service } = await serveFacet({ cwd, env })
    expect(service.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await runFacet(['list', 'all'], { cwd, env })).code).toBe(0)
  })
})

describe('a flag that is on or off', () => {
  it('is switched on by its name alone', async () => {
    const body = { transport: { type: 'stdio', command: 'true' }, enabled: false }
    const post = async (...flags: string[]) => {
      const { service } = await serveFacet({ cwd: folder(), flags })
      const response = await fetch(`${service.url}/sources`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 'a', ...body }),
      })
      return response.status
    }
    expect(await post('--allow-stdio-over-rest')).toBe(201)
    expect(await post('--allow-stdio-over-rest', 'false')).toBe(403)
    expect(await post()).toBe(403)
  })
})

describe('facet demo', () => {
  it('refuses what is no port', async () => {
    for (const port of ['abc', '70000']) {
      const { code, err } = await runFacet(['demo', '--port', port])
      expect([port, code, err]).toEqual([port, 1, expect.stringContaining('A port is a number')])
    }
  })
})
