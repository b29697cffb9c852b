import { inputRequired } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import { RequestStates } from '../../src/sources/request-state.ts'
import { fakeTool } from '../support/fake-upstream.ts'
import { EVERYTHING, federate } from '../support/federated.ts'
import { rpc } from '../support/mcp.ts'

const STATE = 'what the upstream wants back: {"step":1}'
const CAPABLE = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }

type Json = Record<string, unknown>

/** An upstream whose tools all ask once; it notes the states it gets back. */
async function asking(now?: () => Date) {
  const back: unknown[] = []
  const federated = await federate(
    'modern',
    (upstream) => {
      upstream.tools.push(fakeTool('other'))
      upstream.prompts.push({ name: 'ask' })
      upstream.resources.push({ uri: 'up://ask', name: 'ask' })
      const round = async (_: Json, { mcpReq }: { mcpReq: { requestState: () => unknown } }) => {
        const state = mcpReq.requestState()
        if (state !== undefined) {
          back.push(state)
          return { content: [], messages: [], contents: [] }
        }
        const message = 'Go on?'
        const requestedSchema = { type: 'object' as const, properties: {} }
        return inputRequired({
          inputRequests: { go: inputRequired.elicit({ message, requestedSchema }) },
          requestState: STATE,
        }) as unknown as Json
      }
      upstream.call = round
      upstream.get = async (params, context) => {
        const { content, contents, ...result } = await round(params, context)
        return result
      }
      upstream.read = async (params, context) => {
        const { content, messages, ...result } = await round(params, context)
        return result
      }
    },
    now ? { now } : {},
  )
  const send = (method: string, params: Json, url = federated.url) =>
    rpc(url, method, { ...params, _meta: CAPABLE })
  return { ...federated, back, send }
}

const CALL = { name: 'remote', arguments: { a: 1, b: { c: 2, d: 3 } } }
const GO = { go: { action: 'accept', content: {} } }

describe('the state of a request', () => {
  it.each([
    ['tools/call', CALL],
    ['prompts/get', { name: 'ask' }],
    ['resources/read', { uri: 'up://ask' }],
  ])('goes back to the upstream as it gave it (%s)', async (method, params) => {
    const { back, send } = await asking()
    const { body } = await send(method, params)
    const { requestState, resultType, inputRequests } = body.result as Record<string, string>
    expect(resultType).toBe('input_required')
    expect(inputRequests).toHaveProperty('go')
    expect(requestState).not.toBe(STATE)
    const next = await send(method, { ...params, requestState, inputResponses: GO })
    expect(next.body.error).toBeUndefined()
    expect(back).toEqual([STATE])
  })

  it('does not mind the order of the arguments', async () => {
    const { back, send } = await asking()
    const { requestState } = (await send('tools/call', CALL)).body.result as Json
    const reordered = { b: { d: 3, c: 2 }, a: 1 }
    await send('tools/call', { ...CALL, arguments: reordered, requestState, inputResponses: GO })
    expect(back).toEqual([STATE])
  })

  it('is worth nothing when changed, or for anything else', async () => {
    const { facet, back, send } = await asking()
    await facet.ok('POST', '/dynamic', { id: 'twin', name: 'Twin', rules: EVERYTHING })
    const { requestState } = (await send('tools/call', CALL)).body.result as {
      requestState: string
    }
    const [payload, signature] = requestState.split('.') as [string, string]
    const forged = Buffer.from(JSON.stringify([Date.now() + 1e6, 'mine'])).toString('base64url')
    const attempts: [string, Json, string?][] = [
      ['tampered', { ...CALL, requestState: `${requestState}x` }],
      ['another payload', { ...CALL, requestState: `${forged}.${signature}` }],
      ['no signature', { ...CALL, requestState: payload }],
      ['the state itself', { ...CALL, requestState: STATE }],
      ['another tool', { ...CALL, name: 'other', requestState }],
      ['other arguments', { ...CALL, arguments: { a: 2 }, requestState }],
      ['another server', { ...CALL, requestState }, `${facet.url}/dynamic/twin/mcp`],
    ]
    for (const [what, params, url] of attempts) {
      const { body } = await send('tools/call', { ...params, inputResponses: GO }, url)
      expect([what, body.error]).toMatchObject([what, { code: -32602 }])
    }
    expect(back).toEqual([])
  })

  it('expires', async () => {
    let at = Date.now()
    const { back, send } = await asking(() => new Date(at))
    const { requestState } = (await send('tools/call', CALL)).body.result as Json
    at += 60 * 60 * 1000
    const { body } = await send('tools/call', { ...CALL, requestState, inputResponses: GO })
    expect(body.error).toMatchObject({ code: -32602 })
    expect(back).toEqual([])
  })

  it('belongs to one caller, and to installations that share a secret', () => {
    const now = () => new Date()
    const bound = { server: 's', caller: 'ann', source: 'up', entry: 'tool_1', params: { a: 1 } }
    const states = new RequestStates('secret', now)
    const sealed = states.seal(STATE, bound)
    expect(states.open(sealed, bound)).toBe(STATE)
    expect(new RequestStates('secret', now).open(sealed, bound)).toBe(STATE)
    expect(states.open(sealed, { ...bound, caller: 'bob' })).toBeUndefined()
    expect(states.open(sealed, { ...bound, source: 'down' })).toBeUndefined()
    expect(new RequestStates('other', now).open(sealed, bound)).toBeUndefined()
    expect(new RequestStates(undefined, now).open(sealed, bound)).toBeUndefined()
  })
})
