import { describe, expect, it } from 'vitest'
import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { prompt, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { EVERYTHING } from '../support/federated.ts'

const RISK = { effect: 'allow', who: "'risk' in caller.groups", what: "'x' in tags" }
const SERVERS = ['s', 'few', 'other', 'all']

/** Servers over a few entries, and users of whom policies say different things. */
async function started() {
  const facet = await startFacet(WITH_ADMIN)
  for (const name of ['a', 'b', 'c']) await facet.ok('POST', '/tools', tool(name, { tags: ['x'] }))
  await facet.ok('POST', '/tools', tool('d', { tags: ['y'], owner: 'cy', meta: { cost: 'high' } }))
  await facet.ok('POST', '/prompts', prompt('p', { tags: ['x'] }))
  const dynamic = (id: string, more: object = {}) =>
    facet.ok('POST', '/dynamic', { id, name: id, rules: EVERYTHING, access: 'policy', ...more })
  await dynamic('s')
  await dynamic('few', { max_tools: 2 })
  await dynamic('other')
  await dynamic('draft', { status: 'draft' })
  const keys: Record<string, string> = {}
  for (const id of ['ada', 'bob', 'cy']) {
    keys[id] = (await userWithKey(facet, id, ['client'])).key
  }
  await facet.ok('PATCH', '/users/ada', { groups: ['risk'] })
  await facet.ok('POST', '/policies', { id: 'risk', ...RISK })
  return { ...facet, keys }
}

type Change = { id: string; policy: object | null }
interface Seen {
  readonly user?: string
  readonly role?: string
  readonly servers: readonly { server: string; gains: number; loses: number }[]
}

async function preview({ ok }: TestFacet, changes: readonly Change[]) {
  const answer = await ok<{
    changes: { policy: string; callers: Seen[]; failed: object[] }[]
    together: { callers: Seen[]; failed: object[] }
  }>('POST', '/policies/preview', { changes })
  return answer
}

/** What a user can see of each server, by ids. */
async function seenBy({ api, keys }: Awaited<ReturnType<typeof started>>, user: string) {
  const seen = new Map<string, Set<string>>()
  for (const server of SERVERS) {
    const { body } = await api('GET', `/dynamic/${server}/catalog`, undefined, bearer(keys[user]!))
    const ids = [...body.tools, ...body.prompts].map(({ id }: { id: string }) => id)
    seen.set(server, new Set(ids))
  }
  return seen
}

describe('POST /policies/preview', () => {
  it('says of each change which users and roles see more and less, and writes nothing', async () => {
    const facet = await started()
    const before = await facet.ok('GET', '/policies')
    const answer = await preview(facet, [
      { id: 'risk', policy: null },
      { id: 'new', policy: { ...RISK, who: "'client' in caller.roles", what: "name == 'd'" } },
      { id: 'idle', policy: { ...RISK, who: "caller.id == 'nobody'" } },
    ])
    const on = (server: string, gains: number, loses: number) => ({ server, gains, loses })
    const d = [on('s', 1, 0), on('few', 1, 0), on('other', 1, 0), on('all', 1, 0)]
    const gone = [on('s', 0, 4), on('few', 0, 3), on('other', 0, 4), on('all', 0, 4)]
    expect(answer.changes).toEqual([
      { policy: 'risk', callers: [{ user: 'ada', servers: gone }], failed: [] },
      {
        policy: 'new',
        // The budget of few is used up for ada; cy owns the tool and has it already.
        callers: [
          { user: 'ada', servers: d.filter(({ server }) => server !== 'few') },
          { user: 'bob', servers: d },
          { role: 'client', servers: d },
        ],
        failed: [],
      },
      { policy: 'idle', callers: [], failed: [] },
    ])
    const ada = [on('s', 1, 4), on('few', 1, 3), on('other', 1, 4), on('all', 1, 4)]
    expect(answer.together.callers).toEqual([
      { user: 'ada', servers: ada },
      { user: 'bob', servers: d },
      { role: 'client', servers: d },
    ])
    expect(await facet.ok('GET', '/policies')).toEqual(before)
  })

  it.each<readonly [string, Change]>([
    ['an allow on one server', { id: 'n', policy: { ...RISK, who: 'true', server: ['s'] } }],
    ['a deny', { id: 'n', policy: { ...RISK, effect: 'deny', what: "name in ['a', 'p']" } }],
    [
      'what looks at who asks',
      { id: 'n', policy: { ...RISK, who: 'true', what: "owner == caller.id || name == 'a'" } },
    ],
    ['a policy that says something else', { id: 'risk', policy: { ...RISK, what: "'y' in tags" } }],
    ['a policy for some types only', { id: 'risk', policy: { ...RISK, actions: ['read'] } }],
    [
      'one that cannot decide',
      { id: 'n', policy: { ...RISK, effect: 'deny', who: 'true', what: 'meta.cost > 3' } },
    ],
  ])('says what then happens: %s', async (_what, change) => {
    const facet = await started()
    const users = ['ada', 'bob', 'cy']
    const before = await Promise.all(users.map((user) => seenBy(facet, user)))
    const { together, changes } = await preview(facet, [change])
    expect(changes).toEqual([{ policy: change.id, ...together }])
    const isThere = (await facet.api('GET', `/policies/${change.id}`)).status === 200
    if (isThere) await facet.ok('PUT', `/policies/${change.id}`, change.policy)
    else await facet.ok('POST', '/policies', { id: change.id, ...change.policy })
    const after = await Promise.all(users.map((user) => seenBy(facet, user)))
    const happened = users.flatMap((user, i) => {
      const servers = SERVERS.flatMap((server) => {
        const [was, is] = [before[i]!.get(server)!, after[i]!.get(server)!]
        const gains = [...is].filter((id) => !was.has(id)).length
        const loses = [...was].filter((id) => !is.has(id)).length
        return gains + loses > 0 ? [{ server, gains, loses }] : []
      })
      return servers.length > 0 ? [{ user, servers }] : []
    })
    expect(happened.length).toBeGreaterThan(0)
    expect(together.callers.filter(({ user }) => user !== undefined)).toEqual(happened)
  })

  it('leaves administrators and disabled users out', async () => {
    const facet = await started()
    await userWithKey(facet, 'root', ['admin'])
    await facet.ok('PATCH', '/users/bob', { disabled: true })
    const all = { ...RISK, who: 'true', what: 'true' }
    const { together } = await preview(facet, [{ id: 'all', policy: all }])
    expect(together.callers.map(({ user, role }) => user ?? `role ${role}`)).toEqual([
      'ada',
      'cy',
      'role client',
    ])
  })

  it('refuses what could not be written, with its place, and whoever is no administrator', async () => {
    const { api, keys } = await started()
    const changes = [
      { id: 'a', policy: null },
      { id: 'b', policy: { ...RISK, what: 'tagz' } },
    ]
    const wrong = await api('POST', '/policies/preview', { changes })
    expect([wrong.status, wrong.body.code, wrong.body.errors[0].path]).toEqual([
      400,
      'invalid_filter',
      'changes[1].policy.what',
    ])
    const shape = { changes: [{ id: 'b', policy: { ...RISK, effect: 'perhaps' } }] }
    const bad = await api('POST', '/policies/preview', shape)
    expect([bad.body.code, bad.body.errors[0].path]).toEqual([
      'invalid_request',
      'changes[0].policy.effect',
    ])
    const asBob = await api('POST', '/policies/preview', { changes }, bearer(keys.bob!))
    expect(asBob.status).toBe(403)
  })
})
