import { Secret, TOTP } from 'otpauth'
import { bearer, userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { ask, beginSession, modern } from '../../support/both-ways.ts'
import { type StartOptions, startFacet } from '../../support/facet.ts'
import { inState } from '../../support/wait.ts'
import { type Guarded, guarded, type Outcome, outcomeOf } from './paths.ts'

export const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

export const LOCKED = `Group 'shell' is locked. Call gate_unlock(group='shell', code='<totp>') first.`

/** Somebody who calls tools: in a session, or without. */
export interface Person {
  call(name: string, args?: object, server?: string): Promise<Outcome>
  /** Calls the tool that is locked. */
  run(server?: string): Promise<Outcome>
  unlock(code: string, group?: string): Promise<Outcome>
}

export interface WithCodes extends Guarded {
  /** The code of now, or of a moment that many seconds away. */
  code(seconds?: number): string
  wait(seconds: number): void
  person(who: string): Person
  inSession(who: string): Promise<Person>
  readonly environment: Record<string, string>
  /** The same service, started once more over the same database. */
  again(): Promise<WithCodes>
}

/** A server whose tool `remote` is locked, people with keys, and a clock that stands still. */
export async function withCodes(
  guard: object = {},
  options: StartOptions = {},
): Promise<WithCodes> {
  let at = Date.parse('2026-03-04T05:06:00Z')
  const environment: Record<string, string> = { TOTP: SECRET }
  const settled = {
    ...WITH_ADMIN,
    settings: {
      ...WITH_ADMIN.settings,
      secrets: { TOTP: { env: 'TOTP', guards: true } },
      ...options.settings,
    },
    environment,
    now: () => new Date(at),
    ...(options.log ? { log: options.log } : {}),
  }
  const on = await guarded(settled)
  const { ok } = on.facet
  const keys: Record<string, string> = {}
  for (const id of ['ada', 'bob']) keys[id] = (await userWithKey(on.facet, id, ['client'])).key
  await ok('POST', '/guards', {
    id: 'shell',
    kind: 'totp',
    what: "name == 'remote'",
    secret: '${TOTP}',
    ...guard,
  })
  const asking = (on: Guarded, who: string, session: Record<string, string> = {}): Person => {
    const send = (body: object, headers: object, server = 's') =>
      ask(on.urlOf(server), body, {
        ...headers,
        ...session,
        ...(keys[who] ? bearer(keys[who]) : {}),
      })
    const call: Person['call'] = async (name, args = {}, server) => {
      const params = { name, arguments: args }
      if (session['mcp-session-id']) {
        const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
        return outcomeOf((await send(body, {}, server)).body)
      }
      const { body, headers } = modern('tools/call', params)
      return outcomeOf((await send(body, { ...headers, 'mcp-name': name }, server)).body)
    }
    return {
      call,
      run: (server) => call('remote', {}, server),
      unlock: (code, group = 'shell') => call('gate_unlock', { group, code }),
    }
  }
  const all = (now: Guarded): WithCodes => ({
    ...now,
    environment,
    code: (seconds = 0) =>
      new TOTP({ secret: Secret.fromBase32(SECRET) }).generate({ timestamp: at + seconds * 1000 }),
    wait: (seconds) => {
      at += seconds * 1000
    },
    person: (who) => asking(now, who),
    inSession: async (who) => {
      const headers = keys[who] ? bearer(keys[who]) : {}
      return asking(now, who, await beginSession(now.urlOf('s'), {}, headers))
    },
    async again() {
      const facet = await startFacet({ ...settled, listen: true })
      await inState(facet, 'up', 'up')
      const urlOf = (server: string) => `${facet.url}/dynamic/${server}/mcp`
      return all({ ...now, facet, url: urlOf('s'), urlOf })
    },
  })
  return all(on)
}
