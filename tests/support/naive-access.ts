import fc from 'fast-check'

/** Data that says the same as filters, for an evaluator that knows nothing of the engine. */

export const TAGS = ['a', 'b', 'c'] as const
const GROUPS = ['x', 'y'] as const
const IDS = ['ada', 'bob', 'eve'] as const
export const TYPES = ['tool', 'prompt', 'resource', 'resource_template'] as const
export type Type = (typeof TYPES)[number]

/** True, false, or what cannot be decided. */
type Said = boolean | null

export interface SomeEntry {
  readonly type: Type
  readonly name: string
  readonly tags: readonly string[]
  readonly owner: string | null
  readonly roles: readonly string[]
  readonly enabled: boolean
  readonly cost: number | string | null
}

export interface SomeCaller {
  readonly id: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly level: number | string
}

/** A condition in both forms. */
interface Test<T> {
  readonly text: string
  readonly says: (of: T) => Said
}

interface Both {
  readonly entry: SomeEntry
  readonly caller: SomeCaller
}

export interface SomePolicy {
  readonly effect: 'allow' | 'deny'
  readonly who: Test<SomeCaller>
  readonly what: Test<Both>
  readonly actions: readonly string[]
  readonly server: string | null
}

export interface SomeRule {
  readonly type: Type
  readonly effect: 'include' | 'exclude'
  readonly filter: Test<SomeEntry>
}

export interface SomeServer {
  readonly access: 'open' | 'policy'
  readonly owner: string | null
  readonly roles: readonly string[]
  readonly read: readonly string[]
  readonly write: readonly string[]
}

const more = (value: number | string | null, than: number): Said =>
  typeof value === 'number' ? value > than : value === null ? false : null

const always = { text: 'true', says: () => true }
const tagged = fc.constantFrom(...TAGS).map((tag) => ({
  text: `'${tag}' in tags`,
  says: ({ tags }: SomeEntry) => tags.includes(tag),
}))
const costly = { text: 'meta.cost > 3', says: ({ cost }: SomeEntry) => more(cost, 3) }

const who: fc.Arbitrary<Test<SomeCaller>> = fc.oneof(
  fc.constant(always),
  fc.constantFrom(...GROUPS).map((group) => ({
    text: `'${group}' in caller.groups`,
    says: ({ groups }: SomeCaller) => groups.includes(group),
  })),
  fc.constantFrom(...IDS).map((id) => ({
    text: `caller.id == '${id}'`,
    says: (caller: SomeCaller) => caller.id === id,
  })),
  fc.constant({
    text: "!('chief' in caller.roles)",
    says: ({ roles }: SomeCaller) => !roles.includes('chief'),
  }),
  fc.constant({
    text: 'caller.attributes.level > 3',
    says: ({ level }: SomeCaller) => more(level, 3),
  }),
)

const what: fc.Arbitrary<Test<Both>> = fc.oneof(
  fc.constant(always),
  tagged.map(({ text, says }) => ({ text, says: ({ entry }: Both) => says(entry) })),
  tagged.map(({ text, says }) => ({
    text: `$.tags[?@ == '${text[1]}']`,
    says: ({ entry }: Both) => says(entry),
  })),
  fc.constant({ text: costly.text, says: ({ entry }: Both) => costly.says(entry) }),
  fc.constant({
    text: 'owner == caller.id',
    says: ({ entry, caller }: Both) => entry.owner === caller.id,
  }),
  fc.constant({
    text: "type == 'tool' && any(tags, caller.attributes.tag)",
    // Attributes of the test have no tag, and nothing is no text: that cannot be decided.
    says: () => false,
  }),
)

export const policies = fc.array(
  fc.record({
    effect: fc.constantFrom('allow' as const, 'allow' as const, 'allow' as const, 'deny' as const),
    who,
    what,
    actions: fc.constantFrom(['list', 'call', 'read'], ['call'], ['read'], ['call', 'list']),
    server: fc.constantFrom(null, null, 'd', 'q'),
  }),
  { maxLength: 5 },
)

export const rules = fc.array(
  fc.record({
    type: fc.constantFrom(...TYPES),
    effect: fc.constantFrom('include' as const, 'include' as const, 'exclude' as const),
    filter: fc.oneof(fc.constant(always), tagged, fc.constant(costly)),
  }),
  { minLength: 1, maxLength: 6 },
)

export const servers: fc.Arbitrary<SomeServer> = fc.record({
  access: fc.constantFrom('open' as const, 'policy' as const, 'policy' as const),
  owner: fc.constantFrom(null, null, ...IDS),
  roles: fc.subarray(['chief']),
  read: fc.subarray(['user:ada', 'group:x', 'role:chief'], { maxLength: 1 }),
  write: fc.subarray(['user:bob', 'group:y'], { maxLength: 1 }),
})

/** What changes of entries that are there. */
export const entries = (named: readonly Pick<SomeEntry, 'type' | 'name'>[]) =>
  fc.tuple(
    ...named.map((one) =>
      fc.record({
        type: fc.constant(one.type),
        name: fc.constant(one.name),
        tags: fc.subarray([...TAGS]),
        owner: fc.constantFrom(null, null, ...IDS),
        roles: fc.subarray(['chief']),
        enabled: fc.constantFrom(true, true, true, false),
        cost: fc.constantFrom(null, 2, 5, 'high'),
      }),
    ),
  )

export const callers = (ids: readonly string[]) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({
        id: fc.constant(id),
        roles: fc.subarray(['chief']).map((roles) => ['client', ...roles]),
        groups: fc.subarray([...GROUPS]),
        level: fc.constantFrom(1, 7, 'high'),
      }),
    ),
  )

const USES: Readonly<Record<Type, string>> = {
  tool: 'call',
  prompt: 'call',
  resource: 'read',
  resource_template: 'read',
}

/** Whether rules select an entry, in the words of the documentation. */
function selects(all: readonly SomeRule[], entry: SomeEntry): boolean {
  const ofType = all.filter(({ type }) => type === entry.type)
  const of = (effect: string) => ofType.filter((rule) => rule.effect === effect)
  return (
    entry.enabled &&
    of('include').some(({ filter }) => filter.says(entry) === true) &&
    !of('exclude').some(({ filter }) => filter.says(entry) !== false)
  )
}

/** Whether policies and grants let a caller use an entry, in the words of the documentation. */
function permits(
  all: readonly SomePolicy[],
  { id, access, owner, roles, read, write }: SomeServer & { readonly id: string },
  both: Both,
): boolean {
  const { entry, caller } = both
  const use = USES[entry.type]
  const about = all.filter(({ server }) => server === null || server === id)
  const denied = about.some(
    ({ effect, who, what, actions }) =>
      effect === 'deny' &&
      (actions.includes(use) || actions.includes('list')) &&
      who.says(caller) !== false &&
      what.says(both) !== false,
  )
  if (denied) return false
  const isNamed = (names: readonly string[]) =>
    names.some((name) =>
      [
        `user:${caller.id}`,
        ...caller.groups.map((group) => `group:${group}`),
        ...caller.roles.map((role) => `role:${role}`),
      ].includes(name),
    )
  return (
    access === 'open' ||
    owner === caller.id ||
    roles.some((role) => caller.roles.includes(role)) ||
    isNamed(read) ||
    isNamed(write) ||
    entry.owner === caller.id ||
    entry.roles.some((role) => caller.roles.includes(role)) ||
    about.some(
      ({ effect, who, what, actions }) =>
        effect === 'allow' &&
        actions.includes(use) &&
        who.says(caller) === true &&
        what.says(both) === true,
    )
  )
}

export interface Question {
  readonly rules: readonly SomeRule[]
  readonly policies: readonly SomePolicy[]
  readonly server: SomeServer & { readonly id: string }
  readonly caller: SomeCaller
  readonly entries: readonly SomeEntry[]
}

/** The names of a type that a caller may use. */
export function usableBy({ entries, rules, policies, server, caller }: Question, type: Type) {
  return entries
    .filter((entry) => entry.type === type && selects(rules, entry))
    .filter((entry) => permits(policies, server, { entry, caller }))
    .map(({ name }) => name)
    .sort()
}
