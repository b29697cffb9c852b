import { describe, expect, it } from 'vitest'
import { prompt, template } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { type Era, federate } from '../support/federated.ts'
import { connectClient, rpc } from '../support/mcp.ts'

async function completing(era: Era) {
  const asked: unknown[] = []
  const federated = await federate(era, (upstream) => {
    upstream.prompts.push({ name: 'greet', arguments: [{ name: 'who' }] })
    upstream.resourceTemplates.push({ uriTemplate: 'up://pages/{page}', name: 'pages' })
    upstream.complete = ({ ref, argument, context }) => {
      asked.push({ ref, argument, context })
      const { value } = argument as { value: string }
      return ['ann', 'anton', 'bob'].filter((name) => name.startsWith(value))
    }
  })
  return { ...federated, asked }
}

describe.each(['modern', 'legacy'] as const)('completion over a %s upstream', (era) => {
  it.each(['auto', 'legacy'] as const)('is what the upstream knows (%s client)', async (mode) => {
    const { asked, url } = await completing(era)
    const client = await connectClient(url, mode)
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'greet' },
      argument: { name: 'who', value: 'an' },
      context: { arguments: { tone: 'kind' } },
    })
    expect(completion.values).toEqual(['ann', 'anton'])
    const uri = 'up://pages/{page}'
    await client.complete({
      ref: { type: 'ref/resource', uri },
      argument: { name: 'page', value: '' },
    })
    expect(asked).toEqual([
      {
        ref: { type: 'ref/prompt', name: 'greet' },
        argument: { name: 'who', value: 'an' },
        context: { arguments: { tone: 'kind' } },
      },
      { ref: { type: 'ref/resource', uri }, argument: { name: 'page', value: '' } },
    ])
  })
})

describe('completion', () => {
  it('is asked for by the name shown, and given by the name upstream', async () => {
    const { facet, asked, url } = await completing('modern')
    await facet.ok('PATCH', '/dynamic/s', { naming: 'prefixed' })
    const client = await connectClient(url)
    const argument = { name: 'who', value: 'b' }
    const ref = { type: 'ref/prompt' as const, name: 'up_greet' }
    const { completion } = await client.complete({ ref, argument })
    expect(completion.values).toEqual(['bob'])
    expect(asked).toMatchObject([{ ref: { name: 'greet' } }])
    const unshown = { type: 'ref/prompt' as const, name: 'greet' }
    await expect(client.complete({ ref: unshown, argument })).rejects.toMatchObject({
      code: -32602,
    })
  })

  it('is refused for what the view does not show, and never reaches the upstream', async () => {
    const { facet, asked } = await completing('modern')
    const rules = [{ type: 'prompt', filter: "name != 'greet'", include_federated: true }]
    await facet.ok('POST', '/dynamic', {
      id: 'less',
      name: 'Less',
      rules: [...rules, { type: 'tool', filter: 'true', include_federated: true }],
    })
    const url = `${facet.url}/dynamic/less/mcp`
    const argument = { name: 'who', value: '' }
    for (const ref of [
      { type: 'ref/prompt', name: 'greet' },
      { type: 'ref/resource', uri: 'up://pages/{page}' },
      { type: 'ref/tool', name: 'remote' },
      'greet',
    ]) {
      const { body } = await rpc(url, 'completion/complete', { ref, argument })
      expect(body.result).toBeUndefined()
    }
    expect(asked).toEqual([])
  })

  it('is nothing for entries posted here, and not offered without an upstream that has it', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/prompts', prompt('p', { arguments: [{ name: 'a' }] }))
    await ok('POST', '/resource_templates', template('docs://{page}'))
    const client = await connectClient(`${url}/mcp`)
    expect(client.getServerCapabilities()).not.toHaveProperty('completions')
    const { facet, url: mixed } = await completing('modern')
    await facet.ok('POST', '/prompts', prompt('p', { arguments: [{ name: 'a' }] }))
    const other = await connectClient(mixed)
    const ref = { type: 'ref/prompt' as const, name: 'p' }
    const { completion } = await other.complete({ ref, argument: { name: 'a', value: '' } })
    expect(completion.values).toEqual([])
  })
})
