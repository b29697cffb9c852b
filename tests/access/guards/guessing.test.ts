import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET, type WithCodes, withCodes } from './codes.ts'

/** A code that is none of those which would be taken now. */
function wrong(on: WithCodes): string {
  const right = [-30, 0, 30].map((off) => on.code(off))
  return ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code))!
}

function databaseFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'facet-codes-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'facet.db')
}

describe('guessing', () => {
  it('locks a caller out after five wrong codes, in all sessions; the right one is refused then', async () => {
    const on = await withCodes()
    for (const left of [4, 3, 2, 1]) {
      const one = left % 2 === 0 ? await on.inSession('ada') : on.person('ada')
      const { text, code } = await one.unlock(wrong(on))
      expect([text, code]).toEqual([`Invalid code. ${left} attempt(s) left.`, 'guard_locked'])
    }
    const out = "Group 'shell': locked out after 5 failed attempts. Try again in 60m."
    expect((await on.person('ada').unlock(wrong(on))).text).toBe(out)
    expect((await on.person('ada').unlock(on.code())).text).toBe(out)
    expect((await (await on.inSession('ada')).unlock(on.code())).text).toBe(out)
    expect((await on.person('ada').run()).code).toBe('guard_locked')
    expect((await on.person('bob').unlock(on.code())).code).toBeUndefined()
    on.wait(3_599)
    expect((await on.person('ada').unlock(on.code())).text).toContain('Try again in 1s.')
    on.wait(1)
    expect((await on.person('ada').unlock(on.code())).code).toBeUndefined()
  })

  it('many times at once is no more than five times', async () => {
    const on = await withCodes()
    const tries = Array.from({ length: 12 }, () => on.person('ada').unlock(wrong(on)))
    const texts = (await Promise.all(tries)).map(({ text }) => text)
    expect(texts.filter((text) => text.startsWith('Invalid code'))).toHaveLength(4)
    expect(texts.filter((text) => text.includes('locked out'))).toHaveLength(8)
  })

  it('starts anew after a right code', async () => {
    const on = await withCodes()
    const ada = on.person('ada')
    for (let i = 0; i < 4; i++) await ada.unlock(wrong(on))
    expect((await ada.unlock(on.code())).code).toBeUndefined()
    for (let i = 0; i < 3; i++) await ada.unlock(wrong(on))
    expect((await ada.unlock(wrong(on))).text).toBe('Invalid code. 1 attempt(s) left.')
  })

  it.each(['abcdef', '12345', '1234567', '', '１２３４５６', '12e456'])(
    'with %j, which is no code, counts',
    async (code) => {
      const on = await withCodes()
      expect((await on.person('ada').unlock(code)).text).toBe('Invalid code. 4 attempt(s) left.')
    },
  )

  it('counts neither for a group that is not there nor for codes that are no text', async () => {
    const on = await withCodes()
    const ada = on.person('ada')
    for (let i = 0; i < 6; i++) {
      expect(await ada.unlock(on.code(), 'other')).toMatchObject({
        text: "Unknown group 'other'.",
        code: 'not_found',
      })
      await ada.call('gate_unlock', { group: 'shell', code: 123456 })
    }
    expect((await ada.unlock(on.code())).code).toBeUndefined()
  })

  it('is as bounded for all callers together', async () => {
    const on = await withCodes({ max_failures: 1, lockout_seconds: 600 })
    const { ok } = on.facet
    for (let i = 0; i < 10; i++) {
      await ok('POST', '/guards/shell/reset', { caller: 'ada' })
      await on.person('ada').unlock(wrong(on))
    }
    expect((await on.person('bob').unlock(on.code())).text).toContain('Try again in 1m.')
    on.wait(60)
    expect((await on.person('bob').unlock(on.code())).code).toBeUndefined()
  })

  it('is seen and ended by an administrator', async () => {
    const on = await withCodes()
    for (let i = 0; i < 5; i++) await on.person('ada').unlock(wrong(on))
    await on.person('bob').unlock(wrong(on))
    on.wait(60)
    const status = await on.facet.ok('GET', '/guards/shell/status')
    expect(status).toEqual({
      unlocked: 0,
      failures: [
        { caller: 'ada', count: 5, locked_seconds: 3540 },
        { caller: 'bob', count: 1, locked_seconds: 0 },
      ],
    })
    expect((await on.facet.api('POST', '/guards/shell/reset', { caller: 'ada' })).status).toBe(204)
    expect((await on.person('ada').unlock(on.code())).code).toBeUndefined()
    expect(await on.facet.ok('GET', '/guards/shell/status')).toMatchObject({
      unlocked: 1,
      failures: [{ caller: 'bob' }],
    })
    expect((await on.facet.api('POST', '/guards/shell/reset', {})).status).toBe(204)
    expect(await on.facet.ok('GET', '/guards/shell/status')).toMatchObject({ failures: [] })
  })

  it('has no state to see on other guards', async () => {
    const on = await withCodes()
    await on.facet.ok('POST', '/guards', { id: 'r', kind: 'rate', what: 'true', limit: 1 })
    for (const [method, path] of [
      ['GET', 'status'],
      ['POST', 'lock'],
      ['POST', 'reset'],
    ] as const) {
      const body = path === 'reset' ? {} : undefined
      expect((await on.facet.api(method, `/guards/r/${path}`, body)).body.code).toBe(
        'invalid_request',
      )
      expect((await on.facet.api(method, `/guards/x/${path}`, body)).status).toBe(404)
    }
  })
})

describe('a code', () => {
  it('is taken once, whoever shows it again, also on another group with the same secret', async () => {
    const on = await withCodes()
    await on.facet.ok('POST', '/guards', {
      id: 'other',
      kind: 'totp',
      what: "name == 'pinned'",
      secret: '${TOTP}',
    })
    const used = 'This code was used already. Wait for the next one.'
    expect((await on.person('ada').unlock(on.code())).code).toBeUndefined()
    expect((await on.person('ada').unlock(on.code())).text).toBe(used)
    expect((await on.person('bob').unlock(on.code())).text).toBe(used)
    expect((await on.person('bob').unlock(on.code(), 'other')).text).toBe(used)
    expect((await on.person('bob').unlock(on.code(-30))).text).toBe(used)
    on.wait(30)
    expect((await on.person('bob').unlock(on.code())).code).toBeUndefined()
  })

  it('shown twice at once is taken once', async () => {
    const on = await withCodes()
    const tries = ['ada', 'bob'].map((who) => on.person(who).unlock(on.code()))
    const codes = (await Promise.all(tries)).map(({ code }) => code)
    expect(codes.filter((code) => code === undefined)).toHaveLength(1)
  })

  it('stays used, and who is locked out stays so, after a restart, which locks everything', async () => {
    const database = databaseFile()
    const first = await withCodes({}, { settings: { database } })
    await first.person('bob').unlock(first.code())
    expect((await first.person('bob').run()).code).toBeUndefined()
    for (let i = 0; i < 5; i++) await first.person('ada').unlock(wrong(first))
    await first.facet.facet.close()
    const second = await first.again()
    expect((await second.person('bob').run()).code).toBe('guard_locked')
    expect((await second.person('bob').unlock(second.code())).text).toContain('used already')
    expect((await second.person('ada').unlock(second.code())).text).toContain('locked out')
    second.wait(30)
    expect((await second.person('bob').unlock(second.code())).code).toBeUndefined()
  })
})

describe('a secret', () => {
  it('is read each time: a new one counts at once, and without one nothing opens', async () => {
    const on = await withCodes()
    const ada = on.person('ada')
    const old = on.code()
    on.environment.TOTP = 'KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU'
    expect((await ada.unlock(old)).text).toContain('Invalid code')
    for (const unusable of ['', 'not base32 1089', 'JBSWY3DP']) {
      on.environment.TOTP = unusable
      expect((await ada.unlock(on.code())).text).toContain('its secret cannot be read')
      expect((await ada.run()).code).toBe('guard_locked')
    }
    on.environment.TOTP = SECRET.toLowerCase().replace(/(.{4})/g, '$1 ')
    expect((await ada.unlock(on.code())).code).toBeUndefined()
  })

  it('and codes are in no answer, log line, event or metric', async () => {
    const lines: string[] = []
    const on = await withCodes({}, { log: (line) => void lines.push(line) })
    const ada = on.person('ada')
    const answers: unknown[] = [await ada.run(), await ada.unlock(wrong(on))]
    const code = on.code()
    answers.push(await ada.unlock(code), await ada.unlock(code), await ada.call('gate_status'))
    on.environment.TOTP = `${SECRET}1`
    answers.push(await ada.unlock(code))
    for (const path of [
      '/guards',
      '/guards/shell',
      '/guards/shell/status',
      '/events',
      '/metrics',
    ]) {
      answers.push((await on.facet.api('GET', path)).text)
    }
    expect(lines.length).toBeGreaterThan(10)
    const all = JSON.stringify([answers, lines])
    expect(all).toContain('gate_unlock')
    expect(all).not.toContain(SECRET)
    expect(all).not.toContain(code)
  })

  it('and how unlocking went are recorded and counted, not what was typed', async () => {
    const on = await withCodes()
    await on.person('ada').unlock(wrong(on))
    await on.person('ada').unlock(on.code())
    const { events } = await on.facet.ok<{ events: object[] }>('GET', '/events?limit=2&action=call')
    expect(events).toMatchObject([
      { name: 'gate_unlock', decision: 'allow', caller: 'ada', decided_by: 'guard:shell' },
      { name: 'gate_unlock', decision: 'deny', code: 'wrong_code', server: 's' },
    ])
    const { text } = await on.facet.api('GET', '/metrics')
    expect(text).toContain('facet_guard_unlocks_total{outcome="unlocked"} 1')
    expect(text).toContain('facet_guard_unlocks_total{outcome="wrong_code"} 1')
  })
})
