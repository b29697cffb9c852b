import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Secret, TOTP } from 'otpauth'
import { expect, it, onTestFinished } from 'vitest'
import { OPERATOR_HEADER } from '../../../src/access/credential.ts'
import { bearer, userWithKey } from '../../support/accounts.ts'
import { startFacet, type TestFacet } from '../../support/facet.ts'
import { startIssuer } from '../../support/issuer.ts'
import { connectClient, rpc } from '../../support/mcp.ts'
import { openSession } from '../../support/open-streams.ts'
import { ADMIN_TOKEN } from '../../support/openapi.ts'
import { startSdkUpstream } from '../../support/sdk-upstream.ts'
import { inState, until } from '../../support/wait.ts'

/** Values that the configuration refers to by name. */
const REFERRED = {
  UPSTREAM: 'upstream-header-secret-1f0c',
  HANDLER: 'handler-header-secret-77ab',
  CLIENT: 'introspection-client-secret-90de',
  MODEL: 'model-api-key-secret-5c31',
  CODES: 'KRSXG5DTMVRXEZLUJBSWY3DPEHPK3PXP',
}
const LITERAL = 'literal-in-the-configuration-44fe'
const OPAQUE = 'opaque-access-token-of-somebody-aa19'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-secrets-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return `${JSON.stringify(request.headers)} ${Buffer.concat(chunks)}`
}

/** Whatever Facet asks others for: introspection, a handler, a model that refuses. */
async function startOthers() {
  const seen: string[] = []
  const server = createServer(async (request, response) => {
    seen.push(`${request.url} ${await textOf(request)}`)
    const isToken = seen.at(-1)!.includes(OPAQUE)
    const claims = { active: isToken, sub: 'oda', iss: url, aud: audience }
    if (request.url === '/introspect') return void response.end(JSON.stringify(claims))
    if (request.url?.startsWith('/v1')) response.writeHead(401)
    // What it is asked with it says back: that is what an upstream must not be trusted with.
    response.end(JSON.stringify({ echo: seen.at(-1) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `http://${host}`
  let audience = ''
  return { url, host, seen, expectAudience: (of: string) => (audience = of) }
}

/** Every file below a folder, as text; archives are read. */
function filesBelow(path: string): [name: string, text: string][] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const bytes = readFileSync(join(entry.parentPath, entry.name))
      const text = entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes
      return [entry.name, text.toString('latin1')]
    })
}

async function sinksAreWritten({ ok }: TestFacet): Promise<void> {
  await ok('GET', '/events')
  await ok('POST', '/events/sinks/transcript/stop')
}

it('no secret used in a run is in its log, events, errors, metrics or files', async () => {
  const path = folder()
  const lines: string[] = []
  const answers: string[] = []
  const [issuer, others, upstream] = await Promise.all([
    startIssuer(),
    startOthers(),
    startSdkUpstream('modern'),
  ])
  upstream.tools.push({ name: 'remote', inputSchema: { type: 'object' } })
  // An upstream that says back whatever it was sent, headers too.
  upstream.call = async (params) => ({
    content: [{ type: 'text', text: JSON.stringify([params, [...upstream.headers]]) }],
  })
  const clock = { at: Date.now() }
  const facet = await startFacet({
    as: ADMIN_TOKEN,
    listen: true,
    log: (line) => lines.push(line),
    now: () => new Date(clock.at),
    environment: REFERRED,
    settings: {
      database: join(path, 'facet.db'),
      admin_token: ADMIN_TOKEN,
      http_allowed_hosts: [others.host],
      secrets: {
        HANDLER: { env: 'HANDLER', hosts: [others.host] },
        CLIENT: { env: 'CLIENT', hosts: [others.host] },
        MODEL: { env: 'MODEL', hosts: [others.host] },
        CODES: { env: 'CODES', guards: true },
      },
      sources: [
        {
          id: 'up',
          transport: {
            type: 'http',
            url: upstream.url,
            headers: { 'X-Api-Key': '${UPSTREAM}', 'X-Auth-Token': LITERAL },
          },
        },
      ],
      auth: {
        jwt: [{ id: 'corp', ...issuer.settings }],
        introspection: {
          id: 'opaque',
          url: `${others.url}/introspect`,
          issuer: others.url,
          client_id: 'facet',
          client_secret: '${CLIENT}',
        },
      },
      models: [
        { id: 'm', kind: 'local', base_url: `${others.url}/v1`, model: 'x', api_key: '${MODEL}' },
      ],
      events: {
        jsonl: { enabled: true, directory: join(path, 'events'), params: true, results: true },
        text: { enabled: true, file: join(path, 'events/calls.log'), params: true },
        transcript: { directory: join(path, 'transcripts') },
      },
    },
  })
  await facet.ok('POST', '/events/sinks/transcript/start')
  await inState(facet, 'up', 'up')
  await facet.ok('POST', '/tools', {
    name: 'posted',
    handler: {
      type: 'http',
      method: 'POST',
      url: `${others.url}/run`,
      headers: { 'X-Secret-Token': '${HANDLER}' },
    },
  })
  const handler = { type: 'http', method: 'POST', url: `${others.url}/run` }
  await facet.ok('POST', '/tools', { name: 'locked', handler })
  const what = "name == 'locked'"
  await facet.ok('POST', '/guards', { id: 'group', kind: 'totp', what, secret: '${CODES}' })
  const rules = [{ type: 'tool', filter: 'true', include_federated: true }]
  const open = { access: 'open', allow_query_key: true }
  await facet.ok('POST', '/dynamic', { id: 'one', name: 'One', rules, ...open })
  const words = [{ type: 'tool', mode: 'llm', prompt: 'all of them', include_federated: true }]
  await facet.ok('POST', '/dynamic', { id: 'words', name: 'Words', rules: words, access: 'open' })
  const url = `${facet.url}/dynamic/one/mcp`
  others.expectAudience(url)

  const made = await userWithKey(facet, 'ada', ['client'])
  const revoked = await userWithKey(facet, 'bob', ['client'])
  await facet.ok('DELETE', `/keys/${revoked.id}`)
  const jwt = await issuer.token({ sub: 'ada', aud: url })
  const forged = await issuer.token({ sub: 'eve', aud: url }, { forged: true })
  const wrong = `facet_aaaaaaaaaa_${'w'.repeat(43)}`
  const known = { admin: ADMIN_TOKEN, key: made.key, revoked: revoked.key, wrong, jwt, forged }
  const said = JSON.stringify({ ...REFERRED, LITERAL, ...known })
  const ways: [string, Record<string, string>][] = [
    ...[made.key, revoked.key, jwt, forged, wrong, OPAQUE, ADMIN_TOKEN].map(
      (secret): [string, Record<string, string>] => [url, bearer(secret)],
    ),
    [url, { 'x-api-key': made.key }],
    [`${url}?api_key=${made.key}`, {}],
    [`${facet.url}/dynamic/words/mcp`, bearer(made.key)],
  ]
  for (const [address, headers] of ways) {
    for (const name of ['remote', 'posted', made.key]) {
      // Whoever calls may write the secrets of others into the arguments.
      const args = { text: said, token: OPAQUE }
      await rpc(address, 'tools/call', { name, arguments: args }, headers).catch(() => undefined)
    }
    const { body } = await rpc(address, 'tools/list', {}, headers)
    answers.push(JSON.stringify(body))
    answers.push((await openSession(address, headers)).id ?? '')
  }
  const totp = new TOTP({ secret: Secret.fromBase32(REFERRED.CODES) })
  for (const code of [REFERRED.CODES, totp.generate({ timestamp: clock.at })]) {
    const unlock = { name: 'gate_unlock', arguments: { group: 'group', code } }
    answers.push(JSON.stringify((await rpc(url, 'tools/call', unlock, bearer(made.key))).body))
  }
  expect(answers.at(-1)).toContain('unlocked')
  const client = await connectClient(url, 'legacy', { headers: bearer(made.key) })
  await client.callTool({ name: 'remote', arguments: { text: said } })
  const signIn = (credential: string) =>
    fetch(`${facet.url}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: facet.url },
      body: JSON.stringify({ credential }),
    })
  for (const credential of [wrong, made.key, ADMIN_TOKEN]) {
    answers.push(await (await signIn(credential)).text())
  }
  const operator = { authorization: '', [OPERATOR_HEADER]: facet.facet.operatorToken }
  answers.push((await facet.api('GET', '/me', undefined, operator)).text)
  clock.at += 60_000
  const readable = [
    ...['/events?limit=500', '/events/export', '/events/export?format=csv', '/events/sinks'],
    ...['/usage', '/me/usage', '/metrics', '/health/detailed', '/stats', '/sources', '/tools'],
    ...['/dynamic', '/users/ada/keys', '/dynamic/words/selection', '/openapi.json'],
    ...['/guards', '/guards/group/status'],
  ]
  for (const address of readable) answers.push((await facet.api('GET', address)).text)
  for (const address of ['/keys/nothing', `/tools/${wrong}`, `/users/${jwt}`]) {
    answers.push((await facet.api('DELETE', address)).text.replaceAll(address.slice(7), ''))
  }
  await sinksAreWritten(facet)
  await until('calls are written', () => filesBelow(join(path, 'events')).length === 2)

  // The secrets were used: others got them, and calls were made with them.
  const sent = [...others.seen, JSON.stringify([...upstream.headers])].join('\n')
  for (const name of ['UPSTREAM', 'HANDLER'] as const) expect(sent).toContain(REFERRED[name])
  const basic = /"Basic ([^"]+)"/.exec(sent)![1]!
  expect(decodeURIComponent(Buffer.from(basic, 'base64').toString())).toBe(
    `facet:${REFERRED.CLIENT}`,
  )
  expect(sent).toContain(REFERRED.MODEL)
  expect(sent).toContain(LITERAL)
  const files = filesBelow(path)
  const names = files.map(([name]) => name)
  for (const name of ['facet.events.db', 'calls.jsonl', 'calls.log']) expect(names).toContain(name)
  expect(names.some((name) => /^transcript-.*\.md$/.test(name))).toBe(true)
  const jsonl = files.find(([name]) => name === 'calls.jsonl')![1]
  expect(
    jsonl.split('\n').filter((line) => line.includes('"action":"call"')).length,
  ).toBeGreaterThan(15)
  expect(jsonl).toContain('x-api-key')
  expect(lines.length).toBeGreaterThan(20)

  const secrets: Record<string, string> = {
    ...REFERRED,
    LITERAL,
    OPAQUE,
    admin: ADMIN_TOKEN,
    operator: facet.facet.operatorToken,
    basic,
    key: made.key.slice(made.prefix.length + 1),
    revoked: revoked.key.slice(revoked.prefix.length + 1),
    wrong: wrong.slice(20),
    jwt: jwt.split('.')[2]!,
    forged: forged.split('.')[2]!,
  }
  const written: [string, string][] = [
    ...files,
    ...lines.map((line): [string, string] => ['log', line]),
    ...answers.map((answer): [string, string] => ['answer', answer]),
  ]
  for (const [name, secret] of Object.entries(secrets)) {
    const found = written.filter(([, text]) => text.includes(secret))
    expect([name, found.map(([where, text]) => `${where}: ${around(text, secret)}`)]).toEqual([
      name,
      [],
    ])
  }
}, 60_000)

function around(text: string, secret: string): string {
  const at = text.indexOf(secret)
  return text.slice(Math.max(0, at - 80), at + secret.length + 20)
}
