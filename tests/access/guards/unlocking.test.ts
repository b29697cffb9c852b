import { describe, expect, it } from 'vitest'
import { LOCKED, SECRET, withCodes } from './codes.ts'
import { guarded, PATHS } from './paths.ts'

const GROUP = { id: 'shell', kind: 'totp', what: 'true', secret: '${TOTP}' }

describe('a group of entries', () => {
  it.each(Object.keys(PATHS))('starts locked, whichever way is taken: %s', async (path) => {
    const settings = { secrets: { TOTP: { env: 'TOTP', guards: true } } }
    const on = await guarded({ settings, environment: { TOTP: SECRET } })
    await on.facet.ok('POST', '/guards', GROUP)
    expect(await PATHS[path]!(on, 'fine')).toEqual({
      text: expect.stringContaining(LOCKED),
      code: 'guard_locked',
      details: { group: 'shell' },
    })
    expect(on.ran()).toBe(0)
    await on.facet.ok('PATCH', '/guards/shell', { status: 'off' })
    expect((await PATHS[path]!(on, 'fine')).code).toBeUndefined()
    expect(on.ran()).toBe(1)
  })

  it.each(['person', 'inSession'] as const)('is unlocked by the right code (%s)', async (how) => {
    const on = await withCodes()
    const ada = await on[how]('ada')
    expect((await ada.run()).text).toBe(LOCKED)
    const unlocked = await ada.unlock(on.code())
    expect(unlocked.text).toContain("Group 'shell' unlocked. Auto-lock after 120m inactivity.")
    expect((await ada.run()).code).toBeUndefined()
    expect(on.ran()).toBe(1)
    expect((await ada.call('pinned')).code).toBeUndefined()
  })

  it.each([-30, 30])(
    'takes the code of the step %i seconds away, and of none further',
    async (off) => {
      const on = await withCodes()
      const ada = on.person('ada')
      expect((await ada.unlock(on.code(off * 2))).text).toBe('Invalid code. 4 attempt(s) left.')
      expect((await ada.unlock(on.code(off))).code).toBeUndefined()
    },
  )

  it('is unlocked for one session, not for others of the same caller', async () => {
    const on = await withCodes()
    const [one, other] = [await on.inSession('ada'), await on.inSession('ada')]
    await one.unlock(on.code())
    expect((await one.run()).code).toBeUndefined()
    expect((await other.run()).code).toBe('guard_locked')
    expect((await on.person('ada').run()).code).toBe('guard_locked')
  })

  it('is unlocked without a session for one caller, key and server', async () => {
    const on = await withCodes()
    const ada = on.person('ada')
    await ada.unlock(on.code())
    expect((await ada.run()).code).toBeUndefined()
    expect((await ada.run('frozen')).code).toBe('guard_locked')
    expect((await on.person('bob').run()).code).toBe('guard_locked')
    expect((await (await on.inSession('ada')).run()).code).toBe('guard_locked')
  })

  it('cannot be unlocked by nobody in particular without a session, but in one', async () => {
    const on = await withCodes()
    await on.facet.ok('PATCH', '/dynamic/s', { anonymous: true })
    const nobody = on.person('nobody')
    expect((await nobody.unlock(on.code())).text).toContain('needs a credential, or a session')
    expect((await nobody.run()).code).toBe('guard_locked')
    const visitor = await on.inSession('nobody')
    expect((await visitor.unlock(on.code())).code).toBeUndefined()
    expect((await visitor.run()).code).toBeUndefined()
    expect((await nobody.run()).code).toBe('guard_locked')
  })

  it('locks itself when nothing of it is called for its time', async () => {
    const on = await withCodes({ timeout_seconds: 100 })
    const ada = on.person('ada')
    await ada.unlock(on.code())
    on.wait(60)
    expect((await ada.run()).code).toBeUndefined()
    on.wait(99)
    expect((await ada.run()).code).toBeUndefined()
    await ada.call('pinned')
    on.wait(99)
    await ada.call('pinned')
    on.wait(1)
    expect((await ada.run()).text).toBe(LOCKED)
  })

  it('is locked again by its caller, by an administrator, and when the guard is changed', async () => {
    const on = await withCodes()
    const [ada, bob] = [on.person('ada'), on.person('bob')]
    const open = async () => {
      for (const one of [ada, bob]) {
        on.wait(60)
        expect((await one.unlock(on.code())).code).toBeUndefined()
      }
    }
    const states = async () => [(await ada.run()).code, (await bob.run()).code]
    await open()
    expect((await ada.call('gate_lock', { group: 'shell' })).text).toContain(
      "Group 'shell' locked.",
    )
    expect(await states()).toEqual(['guard_locked', undefined])
    await open()
    expect((await ada.call('gate_lock')).text).toContain('All groups locked.')
    expect(await states()).toEqual(['guard_locked', undefined])
    await open()
    const locked = await on.facet.api('POST', '/guards/shell/lock')
    expect(locked.status).toBe(204)
    expect(await states()).toEqual(['guard_locked', 'guard_locked'])
    await open()
    await on.facet.ok('PATCH', '/guards/shell', { description: 'changed' })
    expect(await states()).toEqual(['guard_locked', 'guard_locked'])
  })

  it('says where it stands', async () => {
    const on = await withCodes()
    const ada = on.person('ada')
    expect((await ada.call('gate_status')).text).toContain('✗ shell: LOCKED')
    await ada.unlock(on.code())
    on.wait(1)
    const { text } = await ada.call('gate_status')
    expect(text).toContain('✓ shell: UNLOCKED — auto-lock in 119m 59s')
    expect(JSON.parse(text).structuredContent).toEqual({
      groups: [{ group: 'shell', locked: false, seconds_left: 7199 }],
    })
  })

  it('is one of several before an entry: all of them have to be unlocked', async () => {
    const on = await withCodes()
    await on.facet.ok('POST', '/guards', { ...GROUP, id: 'zone', what: "name == 'remote'" })
    const ada = on.person('ada')
    await ada.unlock(on.code())
    expect((await ada.run()).details).toEqual({ group: 'zone' })
    on.wait(30)
    await ada.unlock(on.code(), 'zone')
    expect((await ada.run()).code).toBeUndefined()
  })

  it('comes before what arguments and rates have to say', async () => {
    const on = await withCodes()
    const { ok } = on.facet
    await ok('POST', '/guards', { id: 'a', kind: 'arguments', what: 'true', max_chars: 2 })
    await ok('POST', '/guards', { id: 'b', kind: 'rate', what: 'true', limit: 1 })
    const ada = on.person('ada')
    expect((await ada.call('remote', { a: 1 })).code).toBe('guard_locked')
    await ada.unlock(on.code())
    expect((await ada.call('remote', { a: 1 })).code).toBe('guard_rejected')
    expect([(await ada.run()).code, (await ada.run()).code]).toEqual([undefined, 'rate_limited'])
  })
})
