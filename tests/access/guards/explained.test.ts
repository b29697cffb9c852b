import { describe, expect, it } from 'vitest'
import type { Explanation } from '../../../src/dynamic/explain/answer.ts'
import { ADMIN, bearer, userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { server, tool } from '../../support/bodies.ts'
import { startFacet } from '../../support/facet.ts'
import { guarded, PATHS } from './paths.ts'

const ALL = { type: 'tool', filter: 'true' }
const SHELL = "'shell' in tags"

const ARGUMENTS = {
  id: 'b-args',
  kind: 'arguments',
  what: SHELL,
  max_chars: 90,
  deny: [{ pattern: 'rm\\s+-rf' }, { pattern: '^/etc', path: '$.path' }],
  condition: "arguments.path != '/'",
}
const RATE = { id: 'c-rate', kind: 'rate', what: 'true', who: "'bots' in caller.groups", limit: 3 }

async function started() {
  const { settings } = WITH_ADMIN
  const facet = await startFacet({
    ...WITH_ADMIN,
    settings: { ...settings, secrets: { TOTP: { env: 'TOTP', guards: true } } },
    environment: { TOTP: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
  })
  await facet.ok('POST', '/tools', tool('run', { tags: ['shell'] }))
  await facet.ok('POST', '/tools', tool('read'))
  await facet.ok('POST', '/dynamic', server('s', ALL, { access: 'open' }))
  await facet.ok('POST', '/guards', { id: 'a-code', kind: 'totp', what: SHELL, secret: '${TOTP}' })
  await facet.ok('POST', '/guards', ARGUMENTS)
  await facet.ok('POST', '/guards', RATE)
  const explain = async (
    name: string,
    caller?: object,
    headers: Record<string, string> = ADMIN,
  ) => {
    const query = new URLSearchParams({ name })
    if (caller) query.set('caller', JSON.stringify(caller))
    const path = `/dynamic/s/explain?${query}`
    return (await facet.api('GET', path, undefined, headers)).body as Explanation
  }
  return { ...facet, explain }
}

const idsOf = ({ guards }: Explanation) => guards?.map(({ id }) => id)

describe('an explanation', () => {
  it('says which guards would look at a call, and what each asks of it', async () => {
    const { explain } = await started()
    const { guards } = await explain('run', { id: 'ada', groups: ['bots'] })
    expect(guards).toEqual([
      {
        id: 'a-code',
        kind: 'totp',
        text: "the group 'a-code' is unlocked with a one-time code; it locks again after 7200 s without a call",
      },
      {
        id: 'b-args',
        kind: 'arguments',
        text: "the arguments have at most 90 characters; /rm\\s+-rf/ is not found in the arguments; /^/etc/ is not found at $.path; arguments.path != '/' is true",
      },
      { id: 'c-rate', kind: 'rate', text: 'at most 3 calls in 60 s, for each caller' },
    ])
  })

  it('names those only that stop this caller and are about this entry and server', async () => {
    const { explain, ok } = await started()
    expect(idsOf(await explain('run', { id: 'ada' }))).toEqual(['a-code', 'b-args'])
    expect(idsOf(await explain('read', { id: 'ada' }))).toEqual([])
    expect(idsOf(await explain('read', { id: 'bot', groups: ['bots'] }))).toEqual(['c-rate'])
    await ok('PATCH', '/guards/a-code', { status: 'off' })
    await ok('PATCH', '/guards/b-args', { server: ['elsewhere'] })
    expect(idsOf(await explain('run', { id: 'ada' }))).toEqual([])
  })

  it('says without a caller which guards depend on who calls', async () => {
    const { explain } = await started()
    const { guards } = await explain('read')
    expect(guards).toEqual([expect.objectContaining({ id: 'c-rate', depends: true })])
    const [code] = (await explain('run')).guards!
    expect(code).not.toHaveProperty('depends')
  })

  it('runs none of them: nothing is taken from a rate', async () => {
    const on = await guarded(WITH_ADMIN, ADMIN)
    const { ok } = on.facet
    await ok('POST', '/guards', { id: 'once', kind: 'rate', what: 'true', limit: 1, per: [] })
    for (let i = 0; i < 3; i++) {
      const told = await ok<Explanation>('GET', '/dynamic/s/explain?name=remote')
      expect(idsOf(told)).toEqual(['once'])
    }
    const call = PATHS[Object.keys(PATHS)[0]!]!
    expect((await call(on, 'fine')).code).toBeUndefined()
    expect((await call(on, 'fine')).code).toBe('rate_limited')
  })

  it('names no guard for an entry that cannot be called', async () => {
    const { explain, ok } = await started()
    await ok('PATCH', '/dynamic/s', { rules: [{ ...ALL, filter: "name == 'read'" }] })
    expect(await explain('run', { id: 'ada' })).toMatchObject({ in: false, guards: [] })
  })

  it('tells of guards to nobody but administrators', async () => {
    const facet = await started()
    for (const role of ['viewer', 'editor']) {
      const { key } = await userWithKey(facet, role, [role])
      const told = await facet.explain('run', undefined, bearer(key))
      expect(told.in).toBe(true)
      expect(told).not.toHaveProperty('guards')
      expect(JSON.stringify(told)).not.toMatch(/a-code|b-args|c-rate/)
      const unsaved = await facet.api(
        'POST',
        '/explain',
        { rules: [ALL], name: 'run' },
        bearer(key),
      )
      expect(unsaved.status).toBe(200)
      expect(unsaved.body).not.toHaveProperty('guards')
    }
  })

  it('of rules that are not saved names the guards of the server they are for', async () => {
    const { ok } = await started()
    await ok('PATCH', '/guards/b-args', { server: ['new'] })
    const ask = (id: string) => {
      const definition = { id, name: 'New', rules: [ALL] }
      const caller = { id: 'ada', roles: ['admin'] }
      return ok<Explanation>('POST', '/explain', { definition, caller, name: 'run' })
    }
    expect(idsOf(await ask('new'))).toEqual(['a-code', 'b-args'])
    expect(idsOf(await ask('other'))).toEqual(['a-code'])
  })
})
