import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { Accounts } from '../../src/access/accounts.ts'
import { createAccess } from '../../src/access/create-access.ts'
import { createKey } from '../../src/access/keys.ts'
import { authSettings } from '../../src/access/tokens/settings.ts'
import { createUser } from '../../src/access/users.ts'
import { createSecrets } from '../../src/sources/secrets.ts'
import { startIssuer } from '../support/issuer.ts'

describe('a warm list', () => {
  it('does not wait to know its caller: keys, the admin token, and tokens seen just now', async () => {
    const issuer = await startIssuer()
    const now = () => new Date()
    const nothing = async () => undefined
    const load = async () => ({ users: [], keys: [], closed: false })
    const accounts = new Accounts({ load, write: nothing, used: nothing }, now)
    await createUser(accounts, { id: 'ada', name: 'Ada' })
    const { key } = await createKey(accounts, 'ada', {})
    const { gate } = createAccess({
      settings: {
        admin_token: 'the-admin-token',
        public_url: 'https://facet.example',
        auth: { jwt: [jwtOf(issuer.settings)] },
      },
      operatorToken: 'the-operator-token',
      accounts,
      secrets: createSecrets({ declared: {}, environment: {} }),
      logger: pino({ level: 'silent' }),
      now,
      baseUrl: () => 'http://127.0.0.1',
      doorOf: () => ({
        active: true,
        anonymous: false,
        allow_query_key: false,
        required_scopes: [],
      }),
    })
    const mcpPath = '/dynamic/one/mcp'
    const enter = (secret: string) =>
      gate.enter(
        { header: (name) => (name === 'authorization' ? `Bearer ${secret}` : undefined), mcpPath },
        { right: 'use', server: 'one' },
      )
    expect(enter(key)).toMatchObject({ id: 'ada', kind: 'user' })
    expect(enter('the-admin-token')).toMatchObject({ id: 'admin', kind: 'admin' })
    const token = await issuer.token({ sub: 'eve', aud: `https://facet.example${mcpPath}` })
    expect(enter(token)).toBeInstanceOf(Promise)
    await enter(token)
    expect(enter(token)).toMatchObject({ id: 'token:eve', kind: 'token' })
  })
})

function jwtOf(issuer: { issuer: string; jwks_url: string }) {
  return authSettings.parse({ jwt: [issuer] }).jwt[0]!
}
