import { describe, expect, it } from 'vitest'
import { FakeModel } from '../../selection/support/fake-model.ts'
import { rpc } from '../../support/mcp.ts'
import { llmRule, post, serve, startSelecting } from './support.ts'

const SAID = 'quota of account 4711 at gateway.internal is used up'

describe('what goes wrong at a provider', () => {
  it('is shown to those who look after a server, and not to those who list it', async () => {
    const fake = await FakeModel.start(() => ({ status: 400, message: SAID }))
    const facet = await startSelecting(fake, { listen: true })
    await post(facet, 'invoice_list')
    await serve(facet, 'riskops', llmRule())
    const listed = await facet.api('GET', '/dynamic/riskops/tools')
    const { body } = await rpc(`${facet.url}/dynamic/riskops/mcp`, 'tools/list')
    for (const answer of [listed.body, body]) {
      expect(JSON.stringify(answer)).toContain('its model could not be asked')
      expect(JSON.stringify(answer)).not.toMatch(/4711|internal|HTTP 400/)
    }
    expect(await facet.ok('GET', '/dynamic/riskops/selection')).toMatchObject({
      rules: [{ error: { kind: 'rejected', message: expect.stringContaining('4711') } }],
    })
  })

  it('never says the address of the provider', async () => {
    const fake = await FakeModel.start()
    const model = { base_url: 'http://127.0.0.1:9/v1' }
    const facet = await startSelecting(fake, { model })
    await post(facet, 'invoice_list')
    await serve(facet, 'riskops', llmRule())
    const answers = [
      await facet.api('GET', '/dynamic/riskops/tools'),
      await facet.api('POST', '/dynamic/preview?ask=true', [llmRule()]),
      await facet.api('POST', '/dynamic/riskops/rejudge'),
      await facet.api('GET', '/dynamic/riskops/selection'),
      await facet.api('GET', '/dynamic/riskops'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 200, 200])
    expect(answers[3]!.text).toContain('cannot be reached')
    for (const { text } of answers) expect(text).not.toContain('127.0.0.1')
  })

  it('is no address either when its key may not go there', async () => {
    const facet = await startSelecting(await FakeModel.start(), { environment: {} })
    await post(facet, 'invoice_list')
    await serve(facet, 'riskops', llmRule())
    await facet.api('GET', '/dynamic/riskops/tools')
    const { text } = await facet.api('GET', '/dynamic/riskops/selection')
    expect(text).toContain('The key is not set')
    expect(text).not.toContain('127.0.0.1')
  })
})
