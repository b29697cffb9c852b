import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { prompt, resource, server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { connectClient, toolNames } from '../support/mcp.ts'

// Nowhere: a call of it is answered with a failure, which is an answer.
const handler = { type: 'http', url: 'https://nothing.invalid/' }
const TAGS = ['a', 'b', 'c'] as const
const RULES = [
  { type: 'tool', filter: 'true' },
  { type: 'prompt', filter: 'true' },
  { type: 'resource', filter: 'true' },
]

const policies = fc.array(
  fc.record({
    effect: fc.constantFrom('allow', 'allow', 'deny'),
    who: fc.constantFrom('true', "'x' in caller.groups", "caller.id == 'ada'"),
    what: fc.constantFrom('true', ...TAGS.map((tag) => `'${tag}' in tags`), 'meta.cost > 3'),
    actions: fc.constantFrom(['list', 'call', 'read'], ['call'], ['read']),
  }),
  { minLength: 1, maxLength: 4 },
)

async function started() {
  const facet = await startFacet({ ...WITH_ADMIN, listen: true })
  const ids = new Map<string, string>()
  for (const [i, tags] of [['a'], ['b'], ['a', 'c'], []].entries()) {
    const more = { tags, meta: { cost: i === 1 ? 'high' : i * 3 } }
    const post = async (path: string, name: string, body: object) =>
      ids.set(name, (await facet.ok<{ id: string }>('POST', path, body)).id)
    await post('/tools', `tool${i}`, tool(`tool${i}`, { ...more, handler }))
    await post('/prompts', `prompt${i}`, prompt(`prompt${i}`, more))
    await post('/resources', `note:/${i}`, resource(`note:/${i}`, more))
  }
  await facet.ok('POST', '/dynamic', { ...server('s', {}), rules: RULES })
  const { key } = await userWithKey(facet, 'ada', ['client'])
  await facet.ok('PATCH', '/users/ada', { groups: ['x'] })
  const headers = bearer(key)
  const client = await connectClient(`${facet.url}/dynamic/s/mcp`, 'auto', { headers })
  return { ...facet, client, headers, names: [...ids.keys()], ids }
}

type Started = Awaited<ReturnType<typeof started>>

async function listed({ client }: Started): Promise<string[]> {
  const fresh = { cacheMode: 'refresh' } as const
  const { prompts } = await client.listPrompts(undefined, fresh)
  const { resources } = await client.listResources(undefined, fresh)
  const rest = [...prompts.map(({ name }) => name), ...resources.map(({ uri }) => uri)]
  return [...(await toolNames(client)), ...rest].sort()
}

/** What can be used: an unknown name is an error of the protocol, a call that fails is an answer. */
async function usable({ client, names }: Started): Promise<string[]> {
  const found: string[] = []
  for (const name of names) {
    const use = name.startsWith('tool')
      ? client.callTool({ name })
      : name.startsWith('prompt')
        ? client.getPrompt({ name })
        : client.readResource({ uri: name })
    const isThere = await use.then(
      () => true,
      () => false,
    )
    if (isThere) found.push(name)
  }
  return found.sort()
}

describe('what a client lists', () => {
  it('is what it can use, for random policies', async () => {
    const facet = await started()
    const sizes = new Set<number>()
    await fc.assert(
      fc.asyncProperty(policies, async (some) => {
        for (const [i, policy] of some.entries()) {
          await facet
            .ok('PUT', `/policies/p${i}`, policy)
            .catch(() => facet.ok('POST', '/policies', { id: `p${i}`, ...policy }))
        }
        const shown = await listed(facet)
        sizes.add(shown.length)
        expect(await usable(facet)).toEqual(shown)
      }),
      { numRuns: 12, seed: 7, endOnFailure: true },
    )
    expect(sizes.size).toBeGreaterThan(3)
  }, 60_000)

  it('lacks what its user hides, which can still be used', async () => {
    const facet = await started()
    await facet.ok('POST', '/policies', { effect: 'allow', who: 'true', what: 'true' })
    for (const name of ['tool0', 'prompt0', 'note:/0']) {
      const path = `/me/hidden/${facet.ids.get(name)}`
      const { status } = await facet.api('PUT', path, undefined, facet.headers)
      expect(status).toBe(204)
    }
    const shown = facet.names.filter((name) => !name.endsWith('0')).sort()
    expect(await listed(facet)).toEqual(shown)
    expect(await usable(facet)).toEqual([...facet.names].sort())
  })
})
