import type { EntryRecord } from '../../src/store/ports.ts'

const VERBS = 'create list get update delete search send export import sync archive merge'.split(
  ' ',
)
const NOUNS =
  'issue invoice message file calendar customer payment branch ticket report user order'.split(' ')
const TEAMS = 'core finance legal risk sales data'.split(' ')

/** Numbers that look random and are the same every time. */
export function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

export const SOURCES = Array.from({ length: 20 }, (_, i) => `source-${i}`)
export const TAGS = Array.from({ length: 200 }, (_, i) => `tag-${i}`)

/** Records of tools as large installations have them: five tags each, a schema, a description. */
export function toolRecords(count: number): EntryRecord[] {
  const next = random(42)
  const pick = <T>(list: readonly T[]) => list[next(list.length)]!
  return Array.from({ length: count }, (_, i) => {
    const [verb, noun, source] = [pick(VERBS), pick(NOUNS), pick(SOURCES)]
    const name = `${verb}_${noun}_${i}`
    return {
      id: `tool_${i}`,
      type: 'tool',
      source,
      key: name,
      definition: {
        name,
        description: `Can ${verb} one ${noun} of the workspace and returns what it did.`,
        inputSchema: { type: 'object', properties: { id: { type: 'string' } } },
      },
      upstreamTags: [],
      addedTags: [...new Set(Array.from({ length: 5 }, () => pick(TAGS)))],
      removedTags: [],
      enabled: true,
      deprecated: next(10) === 0,
      owner: null,
      roles: [],
      meta: { team: pick(TEAMS), cost: next(10) },
      handler: null,
      content: null,
      present: true,
      version: 1,
      createdAt: '2026-01-02T03:04:05Z',
      updatedAt: '2026-01-02T03:04:05Z',
    }
  })
}

/** Filters of many kinds: what servers of many teams ask for. All different. */
export function mixedFilters(count: number): string[] {
  const next = random(7)
  const tag = () => TAGS[next(TAGS.length)]!
  const kinds: ((i: number) => string)[] = [
    (i) => `$.tags[?@ == '${tag()}' || @ == 'only-${i}']`,
    (i) => `'${tag()}' in tags && name != 'x${i}'`,
    (i) => `any(tags, '${tag()}', '${tag()}', 'only-${i}')`,
    (i) => `all(tags, '${tag()}', '${tag()}') && !('only-${i}' in tags)`,
    (i) => `'${tag()}' in tags && !deprecated && source == '${SOURCES[i % SOURCES.length]}'`,
    (i) => `name =~ '^${VERBS[i % VERBS.length]}_${NOUNS[next(NOUNS.length)]}_${i % 97}'`,
    (i) =>
      `startsWith(name, '${VERBS[i % VERBS.length]}_') && meta.cost > ${i % 9} && len(tags) < ${i}`,
    (i) => `meta.team == '${TEAMS[i % TEAMS.length]}' && !('only-${i}' in tags)`,
    (i) => `source in ['${SOURCES[i % 20]}', '${SOURCES[(i * 7) % 20]}', 'only-${i}']`,
    (i) => `$.meta[?@ == '${TEAMS[i % TEAMS.length]}' || @ == ${i}]`,
  ]
  return Array.from({ length: count }, (_, i) => kinds[i % kinds.length]!(i))
}
