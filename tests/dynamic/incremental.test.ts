import { setImmediate as nextTask } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guardDefinition } from '../../src/access/guards/definition.ts'
import type { SourceInfo } from '../../src/catalog/entry.ts'
import type { Looks } from '../../src/dynamic/resolve.ts'
import { ENTRY_TYPES } from '../../src/rules/fields.ts'
import type { EntryRecord } from '../../src/store/ports.ts'
import { CALLER, createEngine, type Engine, record } from '../support/engine.ts'
import { type Members, type Step, stories } from './incremental/steps.ts'
import { type Seen, World } from './incremental/world.ts'

/** What happened in all stories together: a story in which nothing happens proves nothing. */
const seen = {
  compared: 0,
  members: 0,
  shadowed: 0,
  reserved: 0,
  trimmed: 0,
  queued: 0,
  building: 0,
}

const GROUP = guardDefinition.parse({ kind: 'totp', what: "'x' in tags", secret: '${TOTP}' })

/** An entry of which nothing is to be said. */
const PLAIN: Members = {
  tags: [],
  enabled: true,
  deprecated: false,
  owner: null,
  roles: [],
  meta: {},
  description: '',
  title: 'A',
  upstreamTags: [],
  removedTags: [],
}

/** Plays steps on the engine and on a plain world at once. */
class Play {
  readonly engine: Engine = createEngine()
  readonly world = new World()
  readonly #told = new Set<string>()
  /** Servers whose looks are worth comparing since they were compared last. */
  readonly #edited = new Set<string>()
  readonly #looks = new Map<string, Looks | undefined>()
  readonly #digests = new Map<string, string>()
  #last = 0

  constructor() {
    this.engine.resolver.subscribe((id) => this.#told.add(id))
    this.engine.resolver.onEdit(() => {
      for (const id of this.world.servers.keys()) this.#edited.add(id)
    })
    this.world.sources.set('manual', this.engine.catalog.source('manual')!)
    this.#source('up', { tags: ['x'], sequence: 1, federated: true, prefix: 'p' })
    this.#source('far', { tags: [], sequence: 2, federated: true, prefix: '' })
  }

  async run(step: Step): Promise<void> {
    const { world, engine } = this
    switch (step.kind) {
      case 'add': {
        if (!world.sources.has(step.source)) return
        const id = `e${++this.#last}`
        const isNamed = step.type === 'tool' || step.type === 'prompt'
        const key = isNamed ? step.name : `docs://${step.name.slice(-1)}`
        const { type, source } = step
        this.#put([withMembers(record(id, step.name, { type, source, key }), step.members)])
        return
      }
      case 'patch':
        return this.#change(step.pick, (old) => withMembers(old, step.members))
      case 'reorder':
        return this.#change(step.pick, (old) => ({ ...old, addedTags: old.addedTags.toReversed() }))
      case 'rename':
        return this.#change(step.pick, (old) => {
          const definition = { ...old.definition, name: step.name }
          const key = old.key === old.definition.name ? step.name : old.key
          return { ...old, definition, key }
        })
      case 'offer':
        return this.#change(step.pick, (old) => ({ ...old, present: step.present }))
      case 'delete':
        return this.#change(step.pick, () => undefined)
      case 'bulk': {
        const records = Array.from({ length: step.count }, (_, i) => {
          const id = `e${++this.#last}`
          const tags = i % 3 === 0 ? [] : step.members.tags
          return withMembers(record(id, `bulk_${id}`), { ...step.members, tags })
        })
        return this.#put(records)
      }
      case 'retag':
        return this.#put([...world.records.values()].map((old) => withMembers(old, step.members)))
      case 'source':
        return this.#source(step.id, step.members)
      case 'unsource': {
        engine.catalog.removeSource(step.id)
        world.sources.delete(step.id)
        for (const { id, source } of [...world.records.values()]) {
          if (source === step.id) world.records.delete(id)
        }
        return
      }
      case 'server': {
        const definition = world.define(step.rules)
        world.servers.set(step.id, definition)
        await engine.servers.put(step.id, definition, 'rest', CALLER)
        return
      }
      case 'unserver':
        if (!world.servers.delete(step.id)) return
        return engine.servers.remove(step.id)
      case 'codes':
        world.hasCodes = step.on
        if (step.on) await engine.guards.put('group', GROUP, 'rest')
        else await engine.guards.remove('group')
        return
      case 'ask':
        if (world.servers.get(step.id)?.status !== 'active') return
        seen.building++
        // A server changed meanwhile may be a draft or gone by then.
        engine.resolver.resolve(step.id, CALLER).catch((error: { code?: string }) => {
          expect(['not_active', 'not_found']).toContain(error.code)
        })
        return
      case 'wait':
        for (let i = 0; i < step.ticks; i++) await nextTask()
        return
      case 'compare':
        return this.compare()
    }
  }

  async compare(): Promise<void> {
    if (!this.engine.resolver.memberships.isSettled) seen.queued++
    for (const [id, definition] of this.world.servers) {
      const expected = this.world.see(id)
      const { membership } = await this.engine.resolver.hold(this.engine.servers.get(id))
      expect(this.#members(membership)).toEqual(sorted(expected.members))
      if (definition.status !== 'active') continue
      const view = await this.engine.resolver.resolve(id, CALLER)
      const shown = Object.fromEntries(
        ENTRY_TYPES.map((type) => [type, view.lists.get(type)!.entries.map((e) => e.record.id)]),
      )
      expect(shown).toEqual(expected.shown)
      expect(view.shadowed.map((one) => [one.id, one.by])).toEqual(expected.shadowed)
      expect(view.trimmed.map((one) => one.id)).toEqual(expected.trimmed)
      this.#isCurrent(view.lists)
      const digest = [...view.lists.values()].map((list) => list.digest).join(' ')
      const before = this.#digests.get(id)
      if (before !== undefined && before !== digest) expect(this.#isTold(id)).toBe(true)
      this.#digests.set(id, digest)
      this.#told.delete(id)
      this.#edited.delete(id)
      this.#looks.set(id, this.engine.resolver.looks(id))
      seen.compared++
      seen.members += expected.shown.tool.length
      seen.shadowed += expected.shadowed.length
      seen.reserved += expected.reserved
      seen.trimmed += expected.trimmed.length
    }
  }

  /** Whether somebody who watches the server knows that its lists may be others. */
  #isTold(id: string): boolean {
    if (this.#told.has(id)) return true
    const [before, now] = [this.#looks.get(id), this.engine.resolver.looks(id)]
    const looksOther = before?.membership !== now?.membership || before?.shown !== now?.shown
    return this.#edited.has(id) && looksOther
  }

  /** Lists hold the entries as they are now, not as they were when the list was made. */
  #isCurrent(lists: ReadonlyMap<string, { readonly entries: readonly object[] }>): void {
    for (const { entries } of lists.values()) {
      for (const entry of entries as { record: { id: string } }[]) {
        expect(this.engine.catalog.get(entry.record.id)).toBe(entry)
      }
    }
  }

  #members(membership: { members(type: string): { toArray(): number[] } }): Seen['members'] {
    const ids = ENTRY_TYPES.map((type) => {
      const index = this.engine.catalog.index(type)
      const slots = membership.members(type).toArray()
      return [type, slots.map((slot) => index.at(slot)!.record.id).sort()]
    })
    return Object.fromEntries(ids) as Seen['members']
  }

  #put(records: EntryRecord[]): void {
    const { world, engine } = this
    const taken = new Map([...world.records.values()].map((old) => [placeOf(old), old.id]))
    const put = records.filter((next) => (taken.get(placeOf(next)) ?? next.id) === next.id)
    for (const next of put) world.records.set(next.id, next)
    engine.catalog.apply({ put, remove: [] })
  }

  #change(pick: number, change: (old: EntryRecord) => EntryRecord | undefined): void {
    const all = [...this.world.records.values()]
    const old = all[pick % all.length]
    if (!old) return
    const next = change(old)
    if (next) {
      this.#put([next])
      return
    }
    this.world.records.delete(old.id)
    this.engine.catalog.apply({ put: [], remove: [old.id] })
  }

  #source(id: string, { sequence, ...members }: Omit<SourceInfo, 'id'>): void {
    // No two sources have one place in the order.
    const info = { id, ...members, sequence: sequence * 2 + (id === 'up' ? 1 : 0) }
    this.world.sources.set(id, info)
    this.engine.catalog.setSource(info)
  }
}

function sorted(members: Seen['members']): Seen['members'] {
  return Object.fromEntries(
    Object.entries(members).map(([type, ids]) => [type, ids.toSorted()]),
  ) as Seen['members']
}

function placeOf({ source, type, key }: EntryRecord): string {
  return `${source} ${type} ${key}`
}

function withMembers(old: EntryRecord, members: Partial<Members>): EntryRecord {
  const { tags, description, title, ...rest } = members
  const definition = {
    ...old.definition,
    ...(description === undefined ? {} : { description }),
    ...(title === undefined ? {} : { title }),
  }
  const version = old.version + 1
  return { ...old, ...rest, definition, addedTags: tags ?? old.addedTags, version }
}

describe('memberships and views', () => {
  it('are, after whatever happened, those worked out from scratch', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (steps) => {
        const play = new Play()
        for (const step of steps) await play.run(step)
        await play.compare()
      }),
      { seed: Number(process.env.SEED ?? 20_261_121), numRuns: Number(process.env.RUNS ?? 60) },
    )
    expect(seen.compared).toBeGreaterThan(100)
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(10)
  }, 120_000)

  it('have no entry that was disabled while nobody looked, and what came before still waited', async () => {
    const play = new Play()
    const asks = (id: string, filter: string): Step => {
      const rules = [{ type: 'tool', effect: 'include', filter, include_federated: true } as const]
      const rest = { naming: 'plain', max_tools: null, exposure: 'direct' } as const
      return { kind: 'server', id, rules: { rules, ...rest, status: 'active' } }
    }
    const steps: Step[] = [
      { kind: 'bulk', count: 5_000, members: PLAIN },
      asks('s1', "title == 'A'"),
      { kind: 'compare' },
      // More than is handled at once, so the entry after it waits.
      { kind: 'retag', members: { title: 'B' } },
      { kind: 'add', type: 'tool', source: 'manual', name: 'late', members: PLAIN },
      { kind: 'unserver', id: 's1' },
      { kind: 'retag', members: { enabled: false } },
      asks('s2', "title == 'A' || title == 'B'"),
    ]
    for (const step of steps) await play.run(step)
    expect(play.engine.resolver.memberships.isSettled).toBe(false)
    await play.compare()
  })

  it('have the entries of a source that is another kind of source now', async () => {
    const play = new Play()
    const rules = [{ type: 'tool', effect: 'include', filter: 'true', include_federated: false }]
    const server = { rules, naming: 'plain', max_tools: null, exposure: 'direct', status: 'active' }
    const source = { tags: ['x'], sequence: 1, prefix: 'p' }
    const steps = [
      { kind: 'add', type: 'tool', source: 'up', name: 'a', members: PLAIN },
      { kind: 'server', id: 's1', rules: server },
      { kind: 'compare' },
      { kind: 'source', id: 'up', members: { ...source, federated: false } },
      { kind: 'compare' },
      { kind: 'source', id: 'up', members: { ...source, federated: true } },
      { kind: 'compare' },
    ]
    for (const step of steps as Step[]) await play.run(step)
  })
})
