import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serverDefinition } from '../../src/dynamic/definition.ts'
import { CALLER, createEngine, type Engine, record } from '../support/engine.ts'
import { runs } from '../support/runs.ts'

interface Tool {
  readonly name: string
  readonly tags: string[]
  readonly description: string
}

const tool: fc.Arbitrary<Tool> = fc.record({
  name: fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'z'), minLength: 1, maxLength: 6 }),
  tags: fc.subarray(['x', 'y'], { minLength: 1 }),
  // Descriptions of many lengths cost many tokens.
  description: fc.string({ maxLength: 300 }),
})

const tools = fc.uniqueArray(tool, { selector: ({ name }) => name, minLength: 2, maxLength: 30 })
const budget = fc.oneof(
  fc.record({ max_tools: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ max_tokens: fc.integer({ min: 1, max: 600 }) }),
  fc.record({
    max_tools: fc.integer({ min: 1, max: 12 }),
    max_tokens: fc.integer({ min: 1, max: 600 }),
  }),
)

async function limited(limits: object): Promise<Engine> {
  const engine = createEngine()
  const rules = ['x', 'y'].map((tag) => ({ type: 'tool', filter: `'${tag}' in tags` }))
  const definition = serverDefinition.parse({ name: 's', rules, ...limits })
  await engine.servers.put('s', definition, 'rest', CALLER)
  return engine
}

function add({ catalog }: Engine, added: readonly Tool[]): void {
  const put = added.map(({ name, tags, description }) =>
    record(name, name, { addedTags: tags, definition: { name, description } }),
  )
  catalog.apply({ put, remove: [] })
}

async function seen({ resolver }: Engine) {
  const { lists, trimmed } = await resolver.resolve('s', CALLER)
  const kept = lists.get('tool')!.entries.map((entry) => entry.record.id)
  return { kept, out: trimmed.map(({ id }) => id) }
}

describe('a budget', () => {
  it('never brings back what was out when the catalog grows, and keeps the order of what stays', async () => {
    let pushed = 0
    await fc.assert(
      fc.asyncProperty(tools, budget, fc.nat(), async (all, limits, cut) => {
        const engine = await limited(limits)
        const half = 1 + (cut % (all.length - 1))
        add(engine, all.slice(0, half))
        const before = await seen(engine)
        add(engine, all.slice(half))
        const after = await seen(engine)
        expect(after.kept.filter((id) => before.out.includes(id))).toEqual([])
        const stayed = before.kept.filter((id) => after.kept.includes(id))
        expect(after.kept.filter((id) => before.kept.includes(id))).toEqual(stayed)
        expect(new Set([...after.kept, ...after.out])).toEqual(new Set(all.map((t) => t.name)))
        pushed += before.kept.length - stayed.length
      }),
      { numRuns: runs(300), seed: 20_261_121 },
    )
    expect(pushed).toBeGreaterThan(10)
  })

  it('keeps the same whatever came first', async () => {
    await fc.assert(
      fc.asyncProperty(tools, budget, async (all, limits) => {
        const [one, other] = await Promise.all([limited(limits), limited(limits)])
        add(one, all)
        for (const each of all.toReversed()) add(other, [each])
        expect(await seen(other)).toEqual(await seen(one))
      }),
      { numRuns: runs(200), seed: 20_261_121 },
    )
  })
})
