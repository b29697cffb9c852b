import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Caller } from '../../src/access/caller.ts'
import { serverDefinition } from '../../src/dynamic/definition.ts'
import { findNamed } from '../../src/dynamic/find.ts'
import { createEngine, record } from '../support/engine.ts'

const TAGS = ['a', 'b', 'c'] as const
const GROUPS = ['x', 'y'] as const

interface SomeEntry {
  readonly tags: readonly string[]
  readonly owner: string | null
  readonly roles: readonly string[]
}

interface SomePolicy {
  readonly effect: 'allow' | 'deny'
  readonly group: string | null
  readonly tag: string | null
}

const entries: fc.Arbitrary<SomeEntry[]> = fc.array(
  fc.record({
    tags: fc.subarray([...TAGS]),
    owner: fc.constantFrom(null, null, 'ada', 'bob'),
    roles: fc.subarray(['chief']),
  }),
  { minLength: 1, maxLength: 12 },
)
const policies: fc.Arbitrary<SomePolicy[]> = fc.array(
  fc.record({
    effect: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const),
    group: fc.constantFrom(null, ...GROUPS),
    tag: fc.constantFrom(null, ...TAGS),
  }),
  { maxLength: 5 },
)
const callers: fc.Arbitrary<Caller> = fc.record({
  id: fc.constantFrom('ada', 'bob', 'eve'),
  kind: fc.constant('user' as const),
  roles: fc.subarray(['chief', 'client']),
  groups: fc.subarray([...GROUPS]),
  attributes: fc.constant({}),
})

/** What the words of docs/reference/policies.md come to, without anything that makes it fast. */
function mayUse(caller: Caller, entry: SomeEntry, of: readonly SomePolicy[], access: string) {
  const matching = of.filter(
    ({ group, tag }) =>
      (group === null || caller.groups.includes(group)) &&
      (tag === null || entry.tags.includes(tag)),
  )
  if (matching.some(({ effect }) => effect === 'deny')) return false
  if (access === 'open' || matching.length > 0) return true
  return entry.owner === caller.id || entry.roles.some((role) => caller.roles.includes(role))
}

const recordOf = (entry: SomeEntry, i: number) =>
  record(`t${i}`, `tool_${i}`, {
    addedTags: entry.tags,
    owner: entry.owner,
    roles: entry.roles,
  })

describe('policies, whatever they are', () => {
  it('let callers list and find what the words say, before and after entries and policies change', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(entries, entries),
        fc.tuple(policies, policies),
        fc.array(callers, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('open' as const, 'policy' as const),
        async (catalogs, policySets, who, access) => {
          const engine = createEngine()
          const { catalog, servers, policies, resolver } = engine
          const rules = [{ type: 'tool', filter: 'true' }]
          const definition = serverDefinition.parse({ name: 's', access, rules })
          await servers.put('s', definition, 'rest', { id: 'test', kind: 'local' })
          for (const [step, some] of catalogs.entries()) {
            const put = some.map(recordOf)
            const remove = catalog.list('tool').map(({ record: { id } }) => id)
            catalog.apply({ put, remove: remove.filter((id) => !put.some((one) => one.id === id)) })
            const said = policySets[step]!
            for (const { id } of policies.all()) await policies.remove(id)
            for (const [i, { effect, group, tag }] of said.entries()) {
              const filters = {
                who: group === null ? 'true' : `'${group}' in caller.groups`,
                what: tag === null ? 'true' : `'${tag}' in tags`,
              }
              const actions = ['list', 'call', 'read'] as const
              await policies.put(`p${i}`, { effect, ...filters, actions: [...actions] }, 'rest')
            }
            for (const caller of who) {
              const view = await resolver.resolve('s', caller)
              const listed = view.listed.get('tool')!.map(({ name }) => name)
              const callable = some.flatMap((_, i) => {
                const name = `tool_${i}`
                return findNamed(view, 'tool', name) ? [name] : []
              })
              const expected = some.flatMap((entry, i) =>
                mayUse(caller, entry, said, access) ? [`tool_${i}`] : [],
              )
              expect([...listed].sort()).toEqual([...expected].sort())
              expect([...callable].sort()).toEqual([...expected].sort())
            }
          }
          resolver.stop()
        },
      ),
      { numRuns: 100 },
    )
  })

  it('cost one view for all callers about whom they decide alike', async () => {
    const { catalog, servers, policies, resolver } = createEngine()
    catalog.apply({
      put: TAGS.map((tag, i) => record(`t${i}`, `tool_${i}`, { addedTags: [tag] })),
      remove: [],
    })
    const rules = [{ type: 'tool', filter: 'true' }]
    const definition = serverDefinition.parse({ name: 's', access: 'policy', rules })
    await servers.put('s', definition, 'rest', { id: 'test', kind: 'local' })
    for (let i = 0; i < 20; i++) {
      const filters = { who: `'r${i}' in caller.roles`, what: `'a' in tags || name == '${i}'` }
      await policies.put(`p${i}`, { effect: 'allow', ...filters, actions: ['call'] }, 'rest')
    }
    const views = new Set<object>()
    for (let i = 0; i < 10_000; i++) {
      const roles = [`r${i % 20}`]
      const caller = { id: `u${i}`, kind: 'user', roles, groups: [], attributes: {} } as const
      views.add(await resolver.resolve('s', caller))
    }
    expect(views.size).toBe(20)
    expect(resolver.views.size).toBe(20)
    resolver.stop()
  })
})
