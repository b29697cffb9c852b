import fc from 'fast-check'
import { expect } from 'vitest'
import { prompt, tool } from '../../support/bodies.ts'
import { startFacet, type TestFacet } from '../../support/facet.ts'

interface Named {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly source: string
}

export interface ServerImpact {
  readonly server: string
  readonly gains: readonly Named[]
  readonly loses: readonly Named[]
  readonly changes: readonly Named[]
  readonly counts: { readonly gains: number; readonly loses: number; readonly changes: number }
  readonly tokens: { readonly before: number; readonly after: number; readonly difference: number }
}

const TAGS = ['x', 'y', 'z']
const NAMES = ['a', 'b', 'gate_unlock', 'c', 'd', 'call_tool', 'e']

const filter = fc.constantFrom(
  ...TAGS.map((tag) => `'${tag}' in tags`),
  "$.tags[?@ == 'x']",
  '!deprecated',
  "name in ['a', 'b', 'c']",
  "description =~ 'long'",
  "!('z' in tags)",
  // Cannot be decided where there is no description.
  'len(description) > 3',
  'true',
)

const rule = fc.record({
  type: fc.constantFrom('tool', 'tool', 'prompt'),
  effect: fc.constantFrom('include', 'include', 'exclude'),
  filter,
})

const definition = fc.record({
  rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
  max_tools: fc.constantFrom(null, null, 1, 2, 3),
  max_tokens: fc.constantFrom(null, null, 30, 60, 90),
  admission: fc.constantFrom('auto', 'auto', 'review'),
  on_change: fc.constantFrom('hold', 'keep'),
  exposure: fc.constantFrom('direct', 'direct', 'search'),
})

const fields = fc.record(
  {
    tags: fc.uniqueArray(fc.constantFrom(...TAGS)),
    description: fc.constantFrom('s', 'a long description of it', 'other'),
    deprecated: fc.boolean(),
    enabled: fc.boolean(),
    meta: fc.constantFrom({}, { k: 1 }),
  },
  { requiredKeys: [] },
)

const noun = fc.constantFrom('tools' as const, 'tools' as const, 'prompts' as const)

const write = fc.oneof(
  fc.record({ op: fc.constant('POST' as const), noun, name: fc.constantFrom(...NAMES), fields }),
  fc.record({ op: fc.constant('PUT' as const), noun, name: fc.constantFrom(...NAMES), fields }),
  fc.record({ op: fc.constant('PATCH' as const), noun, name: fc.constantFrom(...NAMES), fields }),
  fc.record({ op: fc.constant('DELETE' as const), noun, name: fc.constantFrom(...NAMES), fields }),
  fc.record({
    op: fc.constant('TAGS' as const),
    filter,
    add: fc.uniqueArray(fc.constantFrom(...TAGS), { minLength: 1 }),
    remove: fc.uniqueArray(fc.constantFrom(...TAGS)),
  }),
)

/** A group to unlock, the only one: entries that are called like its tools are not shown then. */
const group = { id: 'g', kind: 'totp', what: "'x' in tags", secret: '${TOTP}' }
const codes = fc.record({
  op: fc.constant('CODES' as const),
  status: fc.constantFrom('active', 'off'),
})

type Write = typeof write extends fc.Arbitrary<infer T> ? T : never

/** Does every write twice, first dry, and compares what was said with what the servers show. */
export function impactFor({ runs, writes }: { runs: number; writes: number }): Promise<void> {
  const settings = { secrets: { TOTP: { env: 'TOTP', guards: true } } }
  const servers = fc.array(definition, { minLength: 1, maxLength: 4 })
  const present = fc.array(fields, { maxLength: NAMES.length })
  const history = fc.array(
    fc.oneof({ weight: 6, arbitrary: write }, { weight: 1, arbitrary: codes }),
    { minLength: writes, maxLength: writes },
  )
  return fc.assert(
    fc.asyncProperty(present, servers, history, async (first, definitions, all) => {
      const facet = await startFacet({ settings })
      await facet.ok('POST', '/guards', group)
      // What is there when review starts is approved.
      for (const [i, each] of first.entries()) {
        await facet.ok('POST', '/tools', tool(NAMES[i]!, each))
      }
      for (const [i, each] of definitions.entries()) {
        await facet.ok('POST', '/dynamic', { id: `s${i}`, name: `s${i}`, ...each })
      }
      for (const each of all) {
        if (each.op === 'CODES') await facet.ok('PATCH', '/guards/g', { status: each.status })
        else await compare(facet, definitions.length, each)
      }
      await facet.facet.close()
    }),
    { numRuns: runs, seed: 20261121 },
  )
}

async function compare(facet: TestFacet, count: number, each: Write): Promise<void> {
  const request = await requestOf(facet, each)
  if (!request) return
  const [method, path, body] = request
  const ids = ['all', ...Array.from({ length: count }, (_, i) => `s${i}`)]
  const before = await shownBy(facet, ids)
  const dry = await facet.api(method, `${path}?dry_run=true`, body)
  expect(await shownBy(facet, ids)).toEqual(before)
  const real = await facet.api(method, path, body)
  expect(dry.status < 300).toBe(real.status < 300)
  if (dry.status >= 300) {
    expect(dry.body).toEqual(real.body)
    return
  }
  const after = await shownBy(facet, ids)
  const said = new Map<string, ServerImpact>(
    dry.body.impact.servers.map((impact: ServerImpact) => [impact.server, impact]),
  )
  const happened = ids.flatMap((id) => {
    const difference = differenceOf(before.get(id)!, after.get(id)!)
    return difference.gains.length + difference.loses.length + difference.changes.length > 0
      ? [{ id, ...difference }]
      : []
  })
  const expected = happened.map(({ id }) => {
    const { gains, loses, changes, tokens } = said.get(id) ?? {
      gains: [],
      loses: [],
      changes: [],
      tokens: 'nothing was said',
    }
    const names = (list: readonly Named[]) => list.map(keyOf).sort()
    const reviewed = before.get(id)!.tokens === undefined
    const compared = reviewed ? undefined : tokens
    return {
      id,
      gains: names(gains),
      loses: names(loses),
      changes: names(changes),
      tokens: compared,
    }
  })
  expect(happened).toEqual(expected)
  expect([...said.keys()].sort()).toEqual(happened.map(({ id }) => id).sort())
  expect(dry.body.impact.unaffected).toBe(ids.length - happened.length)
}

type Request = [method: string, path: string, body?: unknown]

async function requestOf({ ok }: TestFacet, each: Write): Promise<Request | undefined> {
  if (each.op === 'TAGS') {
    const { filter: which, add, remove } = each
    return ['POST', '/tags/apply', { filter: which, types: ['tool'], add, remove }]
  }
  const make = each.noun === 'tools' ? tool : prompt
  const full = make(each.name, each.fields)
  if (each.op === 'POST') return ['POST', `/${each.noun}`, full]
  const listed = await ok<Record<string, Named[]>>('GET', `/${each.noun}`)
  const found = listed[each.noun]!.find(({ name }) => name === each.name)
  if (!found) return ['POST', `/${each.noun}`, full]
  const path = `/${each.noun}/${found.id}`
  if (each.op === 'PUT') return ['PUT', path, full]
  return each.op === 'PATCH' ? ['PATCH', path, each.fields] : ['DELETE', path]
}

interface Shown {
  readonly entries: ReadonlyMap<string, string>
  /** Undefined for servers under review: a preview counts what waits as well. */
  readonly tokens: number | undefined
}

async function shownBy({ ok }: TestFacet, ids: readonly string[]): Promise<Map<string, Shown>> {
  const shown = new Map<string, Shown>()
  for (const id of ids) {
    const catalog = await ok<Record<string, Record<string, unknown>[]>>(
      'GET',
      `/dynamic/${id}/catalog`,
    )
    const { estimated_tokens } = await ok<{ estimated_tokens: number }>(
      'POST',
      `/dynamic/${id}/preview`,
    )
    const entries = [...catalog.tools!, ...catalog.prompts!].map((entry) => {
      const { name, description, meta, inputSchema } = entry
      const seen = JSON.stringify({ name, description, meta, inputSchema })
      return [keyOf(entry as unknown as Named), seen] as const
    })
    const { admission } = await ok<{ admission: string }>('GET', `/dynamic/${id}`)
    const tokens = admission === 'auto' ? estimated_tokens : undefined
    shown.set(id, { entries: new Map(entries), tokens })
  }
  return shown
}

/** Ids of entries that a dry run makes up are not those of the write. */
const keyOf = ({ type, name }: Named) => `${type} ${name}`

function differenceOf(before: Shown, after: Shown) {
  const keys = (shown: Shown) => [...shown.entries.keys()].sort()
  return {
    gains: keys(after).filter((key) => !before.entries.has(key)),
    loses: keys(before).filter((key) => !after.entries.has(key)),
    changes: keys(after).filter(
      (key) => before.entries.has(key) && before.entries.get(key) !== after.entries.get(key),
    ),
    tokens:
      before.tokens === undefined || after.tokens === undefined
        ? undefined
        : {
            before: before.tokens,
            after: after.tokens,
            difference: after.tokens - before.tokens,
          },
  }
}
