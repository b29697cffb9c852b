import fc from 'fast-check'
import { ENTRY_TYPES, type EntryType } from '../../../src/rules/fields.ts'
import { expressions } from '../../rules/expressions.ts'
import { compiled } from './world.ts'

/** Members of a record that a step sets; the rest stays as it is. */
export interface Members {
  readonly tags: string[]
  readonly enabled: boolean
  readonly deprecated: boolean
  readonly owner: string | null
  readonly roles: string[]
  readonly meta: Record<string, string | number | boolean | null>
  readonly description: string
  readonly title: string
  readonly upstreamTags: string[]
  readonly removedTags: string[]
}

export interface SourceMembers {
  readonly tags: string[]
  readonly sequence: number
  readonly federated: boolean
  readonly prefix: string
}

export interface Rules {
  readonly rules: {
    readonly type: EntryType
    readonly effect: 'include' | 'exclude'
    readonly filter: string
    readonly include_federated: boolean
  }[]
  readonly naming: 'plain' | 'prefixed'
  readonly max_tools: number | null
  readonly exposure: 'direct' | 'search'
  readonly status: 'active' | 'draft'
}

/** One thing that happens. `pick` chooses among what there is, whatever that is then. */
export type Step =
  | {
      readonly kind: 'add'
      readonly type: EntryType
      readonly source: string
      readonly name: string
      readonly members: Members
    }
  | { readonly kind: 'patch'; readonly pick: number; readonly members: Partial<Members> }
  /** The same tags the other way round. */
  | { readonly kind: 'reorder'; readonly pick: number }
  | { readonly kind: 'rename'; readonly pick: number; readonly name: string }
  | { readonly kind: 'offer'; readonly pick: number; readonly present: boolean }
  | { readonly kind: 'delete'; readonly pick: number }
  | { readonly kind: 'bulk'; readonly count: number; readonly members: Members }
  | { readonly kind: 'retag'; readonly members: Partial<Members> }
  | { readonly kind: 'source'; readonly id: string; readonly members: SourceMembers }
  | { readonly kind: 'unsource'; readonly id: string }
  | { readonly kind: 'server'; readonly id: string; readonly rules: Rules }
  | { readonly kind: 'unserver'; readonly id: string }
  /** The last group to unlock goes, or the first one comes. */
  | { readonly kind: 'codes'; readonly on: boolean }
  /** Asks for a view and does not wait for it. */
  | { readonly kind: 'ask'; readonly id: string }
  | { readonly kind: 'wait'; readonly ticks: number }
  | { readonly kind: 'compare' }

const TAGS = ['x', 'y', 'z', 'ab']
const tags = fc.shuffledSubarray(TAGS)
/** Some of them those of tools that servers have themselves, sometimes. */
const reserved = fc.constantFrom('gate_unlock', 'gate_status', 'call_tool')
const free = fc
  .tuple(fc.constantFrom('a', 'b', 'ab', 'get', 'p_a', '\uffee', '😀'), fc.nat(2))
  .map(([word, number]) => `${word}${number}`)
const name = fc.oneof({ weight: 4, arbitrary: free }, { weight: 1, arbitrary: reserved })
const type = fc.constantFrom<EntryType>('tool', 'tool', 'tool', ...ENTRY_TYPES)
const source = fc.constantFrom('manual', 'manual', 'up', 'far')
const pick = fc.nat()

const member = {
  tags,
  enabled: fc.boolean(),
  deprecated: fc.boolean(),
  owner: fc.constantFrom(null, 'ann', 'bob'),
  roles: fc.subarray(['r', 's']),
  meta: fc.dictionary(
    fc.constantFrom('team', 'cost', 'flag'),
    fc.constantFrom('a', 'core', 2, 7, true, false, null),
  ),
  description: fc.constantFrom('gets a thing', 'sets it', ''),
  title: fc.constantFrom('A', 'B'),
  upstreamTags: fc.shuffledSubarray(TAGS, { maxLength: 2 }),
  removedTags: fc.subarray(TAGS, { maxLength: 1 }),
}
const members = fc.record({ ...member, enabled: fc.constantFrom(true, true, true, false) })
const some = fc.record(member, { requiredKeys: [] })

/** Every shape the analysis of filters knows, and several it does not. */
const known = fc.constantFrom(
  ...["'x' in tags", "any(tags, 'x', 'y')", "all(tags, 'x', 'y') && !deprecated", 'true', 'false'],
  ...["$.tags[?@ == 'x']", "$.tags[?(@ == 'x' || 'y' == @)]", "$.tags[?@ != 'x']", '$.tags[1]'],
  ...["!('x' in tags)", "!('x' in tags) && 'y' in tags", "!('x' in tags || source == 'up')"],
  ...["tags[0] == 'x'", 'len(tags) > 1', "tags contains 'z' && name =~ '^a'", '$..team', '$.*.*'],
  ...["name == 'a1'", "name in ['a1', 'b2', 3]", "'get1' == name", "name =~ '[12]$'"],
  ...["source == 'up'", "source in ['manual', 'far']", "source != 'up'", 'federated', '!federated'],
  ...["deprecated || 'z' in tags", '$.deprecated', "meta.team == 'core'", 'meta.cost > 3'],
  ...['meta.flag', '!meta.flag', "owner == 'ann'", "'r' in roles", "title == 'A'", 'has(title)'],
  ...[
    "description contains 'gets'",
    "'x' in tags ? deprecated : federated",
    "'ab' in tags && true",
  ],
  ...['name in []', "'x' in tags && 'x' in tags && source in ['up']", "any(tags, 'q')", '$.meta'],
  ...['$.tags[?@ == $.name]', "$[?@ == 'a1']", "$.roles[?@ == 'r']", 'enabled && !deprecated'],
)

const rule = fc
  .record({
    type,
    effect: fc.constantFrom('include', 'include', 'include', 'exclude'),
    filter: fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: expressions }),
    include_federated: fc.boolean(),
  })
  .map((one) => (compiled(one.filter, one.type) ? one : { ...one, filter: 'deprecated' }))

const rules: fc.Arbitrary<Rules> = fc.record({
  rules: fc.array(rule, { minLength: 1, maxLength: 5 }),
  naming: fc.constantFrom('plain', 'prefixed'),
  max_tools: fc.constantFrom(null, null, 1, 5),
  exposure: fc.constantFrom('direct', 'direct', 'search'),
  status: fc.constantFrom('active', 'active', 'active', 'active', 'draft'),
}) as fc.Arbitrary<Rules>

const server = fc.constantFrom('s1', 's2', 's3')
const upstream = fc.constantFrom('up', 'far')

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({ kind: fc.constant('add'), type, source, name, members } as const),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('patch'), pick, members: some } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reorder'), pick } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename'), pick, name } as const) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('offer'), pick, present: fc.boolean() } as const),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete'), pick } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('bulk'),
      count: fc.constantFrom(20, 100, 1500),
      members,
    } as const),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retag'), members: some } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('source'),
      id: upstream,
      members: fc.record({
        tags: fc.subarray(TAGS, { maxLength: 1 }),
        sequence: fc.constantFrom(1, 2, 3, 4),
        federated: fc.boolean(),
        prefix: fc.constantFrom('', 'p', 'q'),
      }),
    } as const),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unsource'), id: upstream } as const) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('server'), id: server, rules } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unserver'), id: server } as const) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('codes'), on: fc.boolean() } as const) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask'), id: server } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait'), ticks: fc.nat(3) } as const),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('compare') } as const) },
)

/** Entries and servers in use to begin with, then anything. */
const clashing = fc.array(
  fc.record({ kind: fc.constant('add'), type, source, name, members } as const),
  { minLength: 5, maxLength: 15, size: 'max' },
)

export const stories = fc
  .tuple(
    clashing,
    fc.record({ kind: fc.constant('bulk'), count: fc.constant(70), members } as const),
    fc.array(rules, { minLength: 3, maxLength: 3 }),
    fc.array(step, { minLength: 10, maxLength: 70, size: 'max' }),
  )
  .map(([adds, bulk, three, rest]): Step[] => [
    ...adds,
    bulk,
    ...three.map((one, i): Step => ({ kind: 'server', id: `s${i + 1}`, rules: one })),
    { kind: 'compare' },
    ...rest,
  ])
