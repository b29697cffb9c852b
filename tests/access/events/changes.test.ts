import { describe, expect, it } from 'vitest'
import { ADMIN, bearer, userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { eventsOf } from '../../support/events.ts'
import { startFacet } from '../../support/facet.ts'
import { ADMIN_TOKEN } from '../../support/openapi.ts'

const RULES = [{ type: 'tool', filter: 'true' }]

describe('changes', () => {
  it('are recorded with who made them and what they were about', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const { id, key } = await userWithKey(facet, 'ada', ['editor'])
    const policy = { id: 'p', effect: 'allow', who: 'true', what: 'true' }
    await facet.ok('POST', '/policies', policy)
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules: RULES })
    const manage = { id: 'm', effect: 'allow', who: 'true', what: 'true', actions: ['manage'] }
    await facet.ok('POST', '/policies', manage)
    await facet.api('PATCH', '/dynamic/s', { description: 'x' }, bearer(key))
    await facet.api('PATCH', '/dynamic/s', { name: 7 }, bearer(key))
    await facet.api('POST', '/users', { name: 'Eve' }, bearer(key))
    await facet.ok('DELETE', `/keys/${id}`)
    const events = await eventsOf(facet)
    const shown = events.map((event) =>
      [
        event.caller,
        event.action,
        event.outcome,
        event.code,
        event.name,
        event.type,
        event.entry,
      ].join(' '),
    )
    expect(shown).toEqual([
      'admin manage ok  POST /users user ada',
      'admin manage ok  POST /users/{id}/keys user ada',
      'admin manage ok  POST /policies policy p',
      'admin write ok  POST /dynamic server s',
      'admin manage ok  POST /policies policy m',
      'ada write ok  PATCH /dynamic/{id} server s',
      'ada write error invalid_request PATCH /dynamic/{id} server s',
      'ada manage denied forbidden POST /users user ',
      `admin manage ok  DELETE /keys/{id} key ${id}`,
    ])
    expect(events[5]).toMatchObject({ server: 's', decision: 'allow', credential: id })
    expect(events[7]).toMatchObject({ decision: 'deny', credential: id })
  })

  it('that policies keep a caller from are denials', async () => {
    const facet = await startFacet(WITH_ADMIN)
    const { key } = await userWithKey(facet, 'ada', ['editor'])
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules: RULES, owner: 'bob' })
    const { status } = await facet.api('PATCH', '/dynamic/s', { description: 'x' }, bearer(key))
    expect(status).toBe(403)
    expect((await eventsOf(facet, 'caller=ada')).at(-1)).toMatchObject({
      action: 'write',
      decision: 'deny',
      outcome: 'denied',
      code: 'forbidden',
      entry: 's',
    })
  })
})

describe('credentials', () => {
  it('that are not taken are counted by the minute, however many there are', async () => {
    const clock = { at: Date.parse('2026-03-02T10:00:00Z') }
    const facet = await startFacet({ ...WITH_ADMIN, now: () => new Date(clock.at) })
    const wrong = `facet_aaaaaaaaaa_${'w'.repeat(43)}`
    for (let i = 0; i < 50; i++) await facet.api('GET', '/tools', undefined, bearer(wrong))
    await facet.api('GET', '/tools', undefined, { authorization: '' })
    const now = await eventsOf(facet, 'decision=deny')
    expect(now).toMatchObject([
      { action: 'authenticate', code: 'unauthorized', caller: null, count: 1, name: 'GET /tools' },
    ])
    clock.at += 60_000
    const counts = (await eventsOf(facet, 'decision=deny')).map(({ count }) => count)
    expect(counts).toEqual([1, 50])
    const text = JSON.stringify(await eventsOf(facet))
    expect(text).not.toContain('wwww')
  })

  it('that end a session or begin one are recorded', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const page = { ...ADMIN, authorization: '', origin: facet.url, 'sec-fetch-site': 'same-origin' }
    const signIn = (credential: string) =>
      fetch(`${facet.url}/session`, {
        method: 'POST',
        headers: { ...page, 'content-type': 'application/json' },
        body: JSON.stringify({ credential }),
      })
    expect((await signIn('nonsense-credential')).status).toBe(401)
    expect((await signIn(ADMIN_TOKEN)).status).toBe(201)
    const events = await eventsOf(facet, 'action=authenticate')
    expect(events).toMatchObject([
      { decision: 'deny', code: 'unauthorized', caller: null, address: '127.0.0.1' },
      { decision: 'allow', outcome: 'ok', caller: 'admin', type: 'session' },
    ])
    expect(JSON.stringify(events)).not.toContain('nonsense')
  })

  it('that do not open a server are denials of somebody in particular', async () => {
    const facet = await startFacet(WITH_ADMIN)
    await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules: RULES })
    await facet.ok('POST', '/dynamic', { id: 't', name: 'T', rules: RULES })
    const { key } = await userWithKey(facet, 'ada', ['client'], { servers: ['t'] })
    await facet.api('GET', '/dynamic/s/tools', undefined, bearer(key))
    expect((await eventsOf(facet, 'caller=ada')).at(-1)).toMatchObject({
      decision: 'deny',
      code: 'not_found',
      server: 's',
      name: 'GET /dynamic/{id}/tools',
    })
  })
})
