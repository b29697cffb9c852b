import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError, loadSettings } from '../../../src/config/load.ts'
import { WITH_ADMIN } from '../../support/accounts.ts'
import { startFacet } from '../../support/facet.ts'
import { SECRET } from './codes.ts'
import { guarded, PATHS } from './paths.ts'

const SIZE = { id: 'size', kind: 'arguments', what: 'true', max_chars: 100 }
const SHELL = { id: 'shell', kind: 'totp', what: 'true', secret: '${TOTP}' }
const SECRETS = {
  TOTP: { env: 'TOTP', guards: true },
  API: { env: 'API', hosts: ['a.example'] },
}

describe('guards of the configuration file', () => {
  it.each(Object.keys(PATHS))('stand before every call from the start: %s', async (path) => {
    const guards = [{ ...SIZE, deny: [{ pattern: 'rm-rf' }] }]
    const on = await guarded({ settings: { guards } })
    expect((await PATHS[path]!(on, 'rm-rf')).code).toBe('guard_rejected')
    expect(on.ran()).toBe(0)
    expect((await PATHS[path]!(on, 'fine')).code).toBeUndefined()
  })

  it('lock groups, with a declared secret', async () => {
    const settings = { secrets: SECRETS, guards: [SHELL] }
    const on = await guarded({ settings, environment: { TOTP: SECRET } })
    for (const path of Object.keys(PATHS)) {
      expect((await PATHS[path]!(on, 'fine')).code).toBe('guard_locked')
    }
    expect(on.ran()).toBe(0)
  })

  it('are shown over REST with what is usual, and changed in the file alone', async () => {
    const settings = {
      ...WITH_ADMIN.settings,
      guards: [SIZE, { ...SIZE, id: 'off', status: 'off' }],
    }
    const { api, ok } = await startFacet({ ...WITH_ADMIN, settings })
    expect(await ok<object>('GET', '/guards/size')).toMatchObject({
      ...SIZE,
      origin: 'config',
      who: 'true',
      status: 'active',
      problem: null,
      version: 1,
    })
    expect(await ok<object>('GET', '/guards/off')).toMatchObject({ status: 'off' })
    for (const [method, body] of [
      ['PATCH', { status: 'off' }],
      ['PUT', SIZE],
      ['DELETE'],
    ] as const) {
      const refused = await api(method, '/guards/size', body)
      expect([refused.status, refused.body.code]).toEqual([409, 'managed_by_config'])
    }
    expect((await api('POST', '/guards', SIZE)).body.code).toBe('id_taken')
    expect(await ok<object>('GET', '/guards/size')).toMatchObject({ status: 'active' })
  })

  it('take the place of stored ones with the same id, which are there again without them', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'facet-guards-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const database = join(directory, 'facet.db')
    const start = async (guards: object[]) => {
      const { facet, ok } = await startFacet({ settings: { database, guards } })
      return { ok, stop: () => facet.close() }
    }
    const stored = await start([])
    const made = await stored.ok<object>('POST', '/guards', { ...SIZE, max_chars: 9 })
    await stored.stop()
    const configured = await start([SIZE])
    expect(await configured.ok<object>('GET', '/guards/size')).toMatchObject({
      origin: 'config',
      max_chars: 100,
    })
    await configured.stop()
    const { ok } = await start([])
    expect(await ok<object>('GET', '/guards/size')).toEqual(made)
  })

  it.each([
    [{ ...SIZE, id: undefined }, 'id', 'needs an id'],
    [{ ...SIZE, id: 'A' }, 'id', ''],
    [{ ...SIZE, what: 'tagz' }, 'what', ''],
    [{ ...SIZE, who: "'x' in tags" }, 'who', 'about the caller'],
    [{ ...SIZE, max_chars: undefined }, 'kind', 'It would stop nothing'],
    [{ ...SIZE, deny: [{ pattern: 'a' }, { pattern: '(?=a)' }] }, 'deny.1.pattern', ''],
    [{ ...SIZE, kind: 'wall' }, 'kind', ''],
    [{ ...SIZE, prot: 1 }, undefined, 'prot'],
    [{ ...SHELL, secret: SECRET }, 'secret', 'A reference to a declared secret'],
    [{ ...SHELL, secret: '${OTHER}' }, 'secret', 'No secret OTHER is declared'],
    [{ ...SHELL, secret: '${API}' }, 'secret', 'not declared for guards'],
    ['a text', undefined, 'expected object'],
  ])('stop the start where they are wrong: %j', (wrong, at, message) => {
    const directory = mkdtempSync(join(tmpdir(), 'facet-guards-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const file = join(directory, 'facet.yaml')
    writeFileSync(
      file,
      JSON.stringify({ secrets: SECRETS, guards: [{ ...SHELL, id: 'first' }, wrong] }),
    )
    const place = at === undefined ? 'guards.1' : `guards.1.${at}`
    let problems: readonly string[] = []
    try {
      loadSettings({ file, environment: {} })
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems = error.problems
    }
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(`${file}: ${place}: `)
    expect(problems[0]).toContain(message)
    expect(problems[0]).not.toContain(SECRET)
  })

  it('have ids of their own', async () => {
    await expect(startFacet({ settings: { guards: [SIZE, SIZE] } })).rejects.toThrow(
      'Two guards have the same id.',
    )
  })
})
