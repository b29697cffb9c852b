import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Caller } from '../../src/access/caller.ts'
import { serverDefinition } from '../../src/dynamic/definition.ts'
import { createEngine, record } from '../support/engine.ts'
import * as naive from '../support/naive-access.ts'

const NAMED = naive.TYPES.flatMap((type) => [0, 1, 2].map((i) => ({ type, name: `${type}_${i}` })))
const IDS = ['ada', 'bob', 'eve']
const AUTHOR = { id: 'test', kind: 'local' }

/** What may happen between two requests. */
type Step =
  | { readonly kind: 'entry'; readonly is: naive.SomeEntry }
  | { readonly kind: 'gone'; readonly name: string }
  | { readonly kind: 'policies'; readonly are: readonly naive.SomePolicy[] }
  | { readonly kind: 'policy'; readonly at: number; readonly is: naive.SomePolicy | undefined }
  | { readonly kind: 'user'; readonly is: naive.SomeCaller }
  | { readonly kind: 'key'; readonly of: string }
  | { readonly kind: 'server'; readonly is: naive.SomeServer }
  | { readonly kind: 'rules'; readonly are: readonly naive.SomeRule[] }

const onePolicy = naive.policies.filter((some) => some.length > 0).map(([one]) => one!)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...NAMED)
      .chain((one) => naive.entries([one]))
      .map(([is]) => ({ kind: 'entry', is: is! }) as const),
  },
  fc.constantFrom(...NAMED).map(({ name }) => ({ kind: 'gone', name }) as const),
  naive.policies.map((are) => ({ kind: 'policies', are }) as const),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('policy' as const),
      at: fc.nat(4),
      is: fc.option(onePolicy, { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...IDS)
      .chain((id) => naive.callers([id]))
      .map(([is]) => ({ kind: 'user', is: is! }) as const),
  },
  fc.constantFrom(...IDS).map((of) => ({ kind: 'key', of }) as const),
  { weight: 2, arbitrary: naive.servers.map((is) => ({ kind: 'server', is }) as const) },
  naive.rules.map((are) => ({ kind: 'rules', are }) as const),
)

const recordOf = ({ type, name, tags, owner, roles, enabled, cost }: naive.SomeEntry) => {
  const definition: Record<string, string> = { name }
  if (type === 'resource') definition.uri = `x:${name}`
  if (type === 'resource_template') definition.uriTemplate = `x:${name}/{id}`
  const meta = cost === null ? null : { cost }
  return record(name, name, { type, definition, addedTags: tags, owner, roles, enabled, meta })
}

const callerOf = ({ id, roles, groups, level }: naive.SomeCaller): Caller => ({
  id,
  kind: 'user',
  roles,
  groups,
  attributes: { level },
})

/** The state as the words have it, and the engine that follows it. */
class Both {
  readonly engine = createEngine()
  readonly entries = new Map<string, naive.SomeEntry>()
  readonly policies = new Map<number, naive.SomePolicy>()
  readonly users = new Map<string, naive.SomeCaller>()
  readonly callers = new Map<string, Caller>()
  rules: readonly naive.SomeRule[] = []
  server: naive.SomeServer = { access: 'open', owner: null, roles: [], read: [], write: [] }

  async take(step: Step): Promise<void> {
    const { catalog } = this.engine
    switch (step.kind) {
      case 'entry':
        this.entries.set(step.is.name, step.is)
        catalog.apply({ put: [recordOf(step.is)], remove: [] })
        return
      case 'gone':
        if (this.entries.delete(step.name)) catalog.apply({ put: [], remove: [step.name] })
        return
      case 'policies':
        for (const at of [0, 1, 2, 3, 4]) await this.#policy(at, step.are[at])
        return
      case 'policy':
        return this.#policy(step.at, step.is)
      case 'user':
        this.users.set(step.is.id, step.is)
        this.callers.set(step.is.id, callerOf(step.is))
        return
      case 'key':
        // Another credential of the same user is another object that says the same.
        this.callers.set(step.of, callerOf(this.users.get(step.of)!))
        return
      case 'server':
        this.server = step.is
        return this.#serve()
      case 'rules':
        this.rules = step.are
        return this.#serve()
    }
  }

  async #policy(at: number, is: naive.SomePolicy | undefined): Promise<void> {
    const { policies } = this.engine
    if (!is) {
      if (this.policies.delete(at)) await policies.remove(`p${at}`)
      return
    }
    this.policies.set(at, is)
    const { effect, who, what, actions, server } = is
    const definition = {
      effect,
      who: who.text,
      what: what.text,
      actions: actions as ('list' | 'call' | 'read')[],
      ...(server === null ? {} : { server: [server] }),
    }
    await policies.put(`p${at}`, definition, 'rest')
  }

  async #serve(): Promise<void> {
    const { access, owner, roles, read, write } = this.server
    const rules = this.rules.map(({ type, effect, filter }) => ({
      type,
      effect,
      filter: filter.text,
    }))
    for (const id of ['d', 'other']) {
      const definition = { name: id, access, owner, roles, shares: { read, write }, rules }
      await this.engine.servers.put(id, serverDefinition.parse(definition), 'rest', AUTHOR)
    }
  }

  /** What one caller may use, in the words. */
  expected(id: string, user: string, type: naive.Type): string[] {
    return naive.usableBy(
      {
        entries: [...this.entries.values()],
        rules: this.rules,
        policies: [...this.policies.values()],
        server: { ...this.server, id },
        caller: this.users.get(user)!,
      },
      type,
    )
  }

  async check(): Promise<void> {
    for (const id of ['d', 'other']) {
      for (const user of IDS) {
        const caller = this.callers.get(user)!
        const view = await this.engine.resolver.resolve(id, caller)
        for (const type of naive.TYPES) {
          const names = view.lists.get(type)!.map(({ entry }) => entry.document.name)
          expect([...names].sort(), `${type} of ${user} on ${id}`).toEqual(
            this.expected(id, user, type),
          )
        }
        // Nothing has changed: it is answered from what is there.
        expect(await this.engine.resolver.resolve(id, caller)).toBe(view)
      }
    }
  }
}

describe('what a caller is shown', () => {
  it('is never what it was before a change of entries, policies, users, keys, shares or rules', async () => {
    await fc.assert(
      fc.asyncProperty(
        naive.entries(NAMED),
        naive.callers(IDS),
        naive.policies,
        naive.rules,
        naive.servers,
        fc.array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 12 }),
        async (entries, users, policies, rules, server, steps) => {
          const both = new Both()
          for (const is of entries) await both.take({ kind: 'entry', is })
          for (const is of users) await both.take({ kind: 'user', is })
          await both.take({ kind: 'policies', are: policies })
          await both.take({ kind: 'rules', are: rules })
          await both.take({ kind: 'server', is: server })
          await both.check()
          for (const [one, isAsked] of steps) {
            // Requests under way must leave nothing behind that is of before.
            const early = isAsked
              ? IDS.map((id) => both.engine.resolver.resolve('d', both.callers.get(id)!))
              : []
            await both.take(one)
            await both.check()
            await Promise.all(early)
            await both.check()
          }
          both.engine.resolver.stop()
        },
      ),
      { numRuns: 150 },
    )
  })

  it('is worked out anew as soon as an owner, a role, a policy or what it is about is another', async () => {
    const { catalog, servers, policies, resolver } = createEngine()
    const rules = [{ type: 'tool', filter: 'true' }]
    const definition = serverDefinition.parse({ name: 'S', access: 'policy', rules })
    const server = await servers.put('s', definition, 'rest', AUTHOR)
    const put = (more: object) =>
      catalog.apply({ put: [record('one', 'one', { addedTags: ['a'], ...more })], remove: [] })
    put({ owner: 'ada', roles: ['chief'] })
    const filters = { who: 'true', what: "'b' in tags" }
    await policies.put('p', { effect: 'allow', ...filters, actions: ['call'] }, 'rest')
    const ada = { id: 'ada', kind: 'user', roles: ['chief'], groups: [], attributes: {} } as const
    /** Whether what is kept would be given out again, were the server itself still the same. */
    const kept = async () => {
      await resolver.resolve('s', ada)
      const { contended, current } = await resolver.hold(server)
      const base = { view: current!, contended }
      const grounds = resolver.permits.groundsOf(server, ada)!
      return () => resolver.views.ready(base, 's', grounds) !== undefined
    }
    const changes = [
      () => put({ owner: 'bob', roles: ['chief'] }),
      () => put({ owner: 'bob', roles: ['chief'], addedTags: ['b'] }),
      () => put({ owner: 'bob', roles: [], addedTags: ['b'] }),
      () => policies.remove('p'),
    ]
    for (const change of changes) {
      const isReady = await kept()
      expect(isReady()).toBe(true)
      await change()
      expect(isReady()).toBe(false)
    }
    resolver.stop()
  })

  it('is not that of before while many changes are still worked through', async () => {
    const { catalog, servers, policies, resolver } = createEngine()
    const rules = [{ type: 'tool', filter: "'a' in tags" }]
    const definition = serverDefinition.parse({ name: 'S', access: 'policy', rules })
    await servers.put('s', definition, 'rest', AUTHOR)
    const filters = { who: 'true', what: "!('b' in tags)" }
    await policies.put('p', { effect: 'allow', ...filters, actions: ['call'] }, 'rest')
    const caller = { id: 'ada', kind: 'user', roles: [], groups: [], attributes: {} } as const
    const admin = { ...caller, kind: 'admin' } as const
    // What concerns nobody comes first, and takes longer than a change may hold up others.
    const others = Array.from({ length: 20_000 }, (_, i) => record(`x${i}`, `other_${i}`))
    const put = (addedTags: string[]) =>
      catalog.apply({ put: [...others, record('one', 'one', { addedTags })], remove: [] })
    const sizes = async () => {
      const views = await Promise.all([admin, caller].map((who) => resolver.resolve('s', who)))
      return views.map(({ lists }) => lists.get('tool')!.length)
    }
    put(['a'])
    expect(await sizes()).toEqual([1, 1])
    put(['a', 'b'])
    expect(resolver.memberships.isSettled).toBe(false)
    expect(await sizes()).toEqual([1, 0])
    put([])
    expect(await sizes()).toEqual([0, 0])
    resolver.stop()
  })
})
