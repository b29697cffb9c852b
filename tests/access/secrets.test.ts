import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OPERATOR_HEADER } from '../../src/access/credential.ts'
import { bearer, userWithKey } from '../support/accounts.ts'
import { startFacet } from '../support/facet.ts'
import { startIssuer } from '../support/issuer.ts'
import { connectClient, rpc } from '../support/mcp.ts'
import { openSession } from '../support/open-streams.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'
import { startSdkUpstream } from '../support/sdk-upstream.ts'
import { inState } from '../support/wait.ts'

/** Remembers everything that is sent to it, and answers itself or lets an upstream answer. */
async function startRecorder(upstream?: string) {
  const seen: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    seen.push(`${request.url} ${JSON.stringify(request.rawHeaders)} ${body}`)
    if (!upstream) return void response.end('{"done":true}')
    const { host: _, 'content-length': __, connection: ___, ...rest } = request.headers
    const headers = rest as Record<string, string>
    const init = { method: request.method!, headers, ...(body.length > 0 ? { body } : {}) }
    const answer = await fetch(upstream, init)
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'text/plain',
    })
    if (answer.body) Readable.fromWeb(answer.body as never).pipe(response)
    else response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

describe('no secret of a caller', () => {
  it('is in a log line, an answer, a metric, or a request to an upstream', async () => {
    const lines: string[] = []
    const answers: string[] = []
    const upstream = await startSdkUpstream('modern')
    upstream.tools.push({ name: 'remote', inputSchema: { type: 'object' } })
    const [issuer, api, relay] = await Promise.all([
      startIssuer(),
      startRecorder(),
      startRecorder(upstream.url),
    ])
    const facet = await startFacet({
      as: ADMIN_TOKEN,
      listen: true,
      log: (line) => lines.push(line),
      settings: {
        admin_token: ADMIN_TOKEN,
        http_allowed_hosts: [api.host],
        auth: { jwt: [{ id: 'corp', ...issuer.settings }] },
      },
    })
    await facet.ok('POST', '/sources', {
      id: 'up',
      transport: { type: 'http', url: `http://${relay.host}/mcp` },
    })
    await inState(facet, 'up', 'up')
    await facet.ok('POST', '/tools', {
      name: 'http_tool',
      handler: { type: 'http', url: `http://${api.host}/run` },
    })
    await facet.ok('POST', '/dynamic', {
      id: 'one',
      name: 'One',
      access: 'open',
      allow_query_key: true,
      rules: [{ type: 'tool', filter: 'true', include_federated: true }],
    })
    const url = `${facet.url}/dynamic/one/mcp`
    const { key, prefix } = await userWithKey(facet, 'ada', ['client'])
    const jwt = await issuer.token({ sub: 'ada', aud: url })
    const wrong = `facet_aaaaaaaaaa_${'w'.repeat(43)}`
    const forged = await issuer.token({ sub: 'eve', aud: url }, { forged: true })

    const names = (await facet.ok<{ tools: { name: string }[] }>('GET', '/dynamic/one/tools')).tools
    expect(names.length).toBeGreaterThan(1)
    const ways: [string, Record<string, string>][] = [
      [url, bearer(key)],
      [url, { 'x-api-key': key }],
      [url, bearer(jwt)],
      [`${url}?api_key=${key}`, {}],
      [url, bearer(wrong)],
      [url, bearer(forged)],
      [`${url}?api_key=${wrong}`, {}],
    ]
    for (const [address, headers] of ways) {
      for (const { name } of names) {
        const { status, body } = await rpc(address, 'tools/call', { name, arguments: {} }, headers)
        answers.push(`${status} ${JSON.stringify(body)}`)
      }
      const { body } = await rpc(address, 'tools/list', {}, headers)
      answers.push(JSON.stringify(body))
      const session = await openSession(address, headers)
      answers.push((await session.request('tools/list')).text)
    }
    const client = await connectClient(url, 'auto', { headers: bearer(key) })
    answers.push(JSON.stringify(await client.callTool({ name: 'http_tool', arguments: {} })))
    for (const path of ['/users/ada', '/users/ada/keys', '/metrics', '/health/detailed', '/me']) {
      answers.push((await facet.api('GET', path)).text)
    }
    const operator = { authorization: '', [OPERATOR_HEADER]: facet.facet.operatorToken }
    answers.push((await facet.api('GET', '/me', undefined, operator)).text)

    const sent = [...api.seen, ...relay.seen]
    expect(api.seen.length).toBeGreaterThan(0)
    expect(relay.seen.filter((each) => each.includes('tools/call')).length).toBeGreaterThan(0)
    expect(answers.some((answer) => answer.startsWith('200'))).toBe(true)
    expect(lines.length).toBeGreaterThan(20)
    const secrets = {
      key: key.slice(prefix.length + 1),
      jwt: jwt.split('.')[2]!,
      wrong: wrong.slice(20),
      forged: forged.split('.')[2]!,
      admin: ADMIN_TOKEN,
      operator: facet.facet.operatorToken,
    }
    for (const [name, secret] of Object.entries(secrets)) {
      for (const [where, texts] of Object.entries({ lines, answers, sent })) {
        expect([name, where, texts.filter((text) => text.includes(secret))]).toEqual([
          name,
          where,
          [],
        ])
      }
    }
  })
})
