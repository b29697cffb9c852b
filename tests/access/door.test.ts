import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OPERATOR_HEADER } from '../../src/access/credential.ts'
import { createFacet } from '../../src/main.ts'
import { bearer, userWithKey } from '../support/accounts.ts'
import { startFacet, testSettings } from '../support/facet.ts'

function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'facet-door-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'facet.db')
}

describe('a service without credentials', () => {
  it('is open on loopback, until the first key is made: then it closes at once', async () => {
    const facet = await startFacet()
    expect((await facet.api('GET', '/me')).body).toMatchObject({ id: 'local', roles: ['admin'] })
    const { key } = await userWithKey(facet, 'ada', ['admin'])
    expect((await facet.api('GET', '/me')).status).toBe(401)
    expect((await facet.api('GET', '/health')).status).toBe(200)
    expect((await facet.api('GET', '/me', undefined, bearer(key))).body.id).toBe('ada')
  })

  it('stays closed when its last key is gone, also after a restart', async () => {
    const settings = { database: databaseFile() }
    const first = await createFacet({ settings: testSettings(settings), environment: {} })
    const call = (path: string, init: RequestInit = {}) =>
      first.app.request(`http://127.0.0.1${path}`, {
        ...init,
        headers: { host: '127.0.0.1', 'content-type': 'application/json', ...init.headers },
      })
    const body = JSON.stringify({ id: 'ada', name: 'Ada', roles: ['admin'] })
    await call('/users', { method: 'POST', body })
    const made = await call('/users/ada/keys', { method: 'POST', body: '{}' })
    const { key } = (await made.json()) as { key: string }
    expect((await call('/users/ada', { method: 'DELETE', headers: bearer(key) })).status).toBe(204)
    expect((await call('/tools')).status).toBe(401)
    await first.close()
    const again = await startFacet({ settings })
    expect((await again.api('GET', '/tools')).status).toBe(401)
  })

  it('is not reachable from elsewhere, until it has had a key', async () => {
    const database = databaseFile()
    const elsewhere = { database, host: '0.0.0.0' }
    await expect(startFacet({ settings: elsewhere })).rejects.toThrow(/facet init/)
    const facet = await createFacet({ settings: testSettings({ database }), environment: {} })
    await facet.app.request('http://127.0.0.1/users', {
      method: 'POST',
      headers: { host: '127.0.0.1', 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'ada', name: 'Ada' }),
    })
    await facet.app.request('http://127.0.0.1/users/ada/keys', {
      method: 'POST',
      headers: { host: '127.0.0.1' },
    })
    await facet.close()
    const { api } = await startFacet({ settings: elsewhere })
    expect((await api('GET', '/tools')).status).toBe(401)
  })

  it('keeps users and keys over a restart', async () => {
    const settings = { database: databaseFile() }
    const first = await createFacet({ settings: testSettings(settings), environment: {} })
    const post = async (path: string, body: object) =>
      (
        await first.app.request(`http://127.0.0.1${path}`, {
          method: 'POST',
          headers: { host: '127.0.0.1', 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json() as Promise<{ key: string }>
    const groups = ['risk']
    await post('/users', {
      id: 'ada',
      name: 'Ada',
      roles: ['viewer'],
      groups,
      attributes: { a: 1 },
    })
    const { key } = await post('/users/ada/keys', { expires_in_days: 3 })
    await first.close()
    const { api } = await startFacet({ settings })
    const me = await api('GET', '/me', undefined, bearer(key))
    expect(me.body).toMatchObject({ id: 'ada', roles: ['viewer'], groups, attributes: { a: 1 } })
  })
})

describe('the command line of the same machine', () => {
  it('is let in by the token of the service file over REST, and not to MCP endpoints', async () => {
    const { facet, api } = await startFacet({ settings: { admin_token: 'a-token' } })
    const operator = { [OPERATOR_HEADER]: facet.operatorToken }
    expect((await api('GET', '/me', undefined, operator)).body.id).toBe('operator')
    expect((await api('GET', '/me', undefined, { [OPERATOR_HEADER]: 'wrong' })).status).toBe(401)
    expect((await api('POST', '/mcp', undefined, operator)).status).toBe(401)
  })
})
