import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { server, tool } from '../support/bodies.ts'
import { ask, modern } from '../support/both-ways.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'

const EVERY_TOOL = { type: 'tool', filter: 'true' }

/** A service that finds something stored that it cannot understand: another version wrote it. */
async function startedWith(
  made: (facet: TestFacet) => Promise<unknown>,
  table: 'guards' | 'policies',
) {
  const directory = mkdtempSync(join(tmpdir(), 'facet-unusable-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const database = join(directory, 'facet.db')
  const settings = { ...WITH_ADMIN.settings, database }
  const before = await startFacet({ ...WITH_ADMIN, settings })
  await before.ok('POST', '/tools', tool('ping'))
  await before.ok('POST', '/dynamic', server('s', EVERY_TOOL, { access: 'open' }))
  const { key } = await userWithKey(before, 'ada', ['client'])
  await made(before)
  await before.facet.close()
  const sqlite = new Database(database)
  const later = JSON.stringify({ kind: 'of a later version', effect: 'perhaps' })
  expect(sqlite.prepare(`update ${table} set definition = ?`).run(later).changes).toBe(1)
  sqlite.close()
  const facet = await startFacet({ ...WITH_ADMIN, settings, listen: true })
  const request = (method: string, params: object, more: Record<string, string> = {}) => {
    const { body, headers } = modern(method, params)
    return ask(`${facet.url}/dynamic/s/mcp`, body, { ...headers, ...bearer(key), ...more })
  }
  return { facet, request, headers: bearer(key) }
}

describe('what is stored and cannot be understood', () => {
  it('as a guard, lets no call pass', async () => {
    const guard = { id: 'g', kind: 'arguments', what: "name == 'none'", max_chars: 1_000 }
    const { request } = await startedWith(({ ok }) => ok('POST', '/guards', guard), 'guards')
    const called = await request(
      'tools/call',
      { name: 'ping', arguments: {} },
      { 'mcp-name': 'ping' },
    )
    expect(called.body.result).toMatchObject({
      isError: true,
      _meta: { 'mcp-facet/error': { code: 'guard_unusable' } },
    })
  })

  it('as a policy, shows and lets use nothing, and says that it failed', async () => {
    const policy = { id: 'p', effect: 'deny', who: "'x' in caller.groups", what: 'true' }
    const { facet, request, headers } = await startedWith(
      ({ ok }) => ok('POST', '/policies', policy),
      'policies',
    )
    const { status, body } = await facet.api('GET', '/dynamic/s/tools', undefined, headers)
    expect([status, body.code]).toEqual([500, 'policy_unusable'])
    expect((await request('tools/list', {})).body.error).toBeTruthy()
    const called = await request(
      'tools/call',
      { name: 'ping', arguments: {} },
      { 'mcp-name': 'ping' },
    )
    expect(called.body.error ?? called.body.result.isError).toBeTruthy()
  })
})
