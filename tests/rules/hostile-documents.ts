import { entry, fromJson, nested } from './support.ts'

export interface HostileDocument {
  readonly name: string
  readonly document: object
}

const long = (text: string, length: number) =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length)

/** Members that every object inherits, as members of its own: JSON text can say so. */
const OWN_PROTOTYPES = `{
  "__proto__": { "polluted": true, "a": 1, "toString": "mine" },
  "constructor": { "prototype": { "polluted": true }, "name": "Function" },
  "toString": "mine", "hasOwnProperty": 1, "valueOf": null,
  "name": "__proto__", "tags": ["__proto__", "constructor", "toString", "hasOwnProperty"],
  "meta": { "__proto__": { "__proto__": { "a": 1 } }, "constructor": "x", "it's": "\\"]; $['x" },
  "enabled": true
}`

/** A list in a list in a list: what an index selects from again and again. */
function nestedLists(depth: number): unknown {
  let value: unknown = [null]
  for (let i = 1; i < depth; i++) value = [value]
  return value
}

function wideObject(members: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: members }, (_, i) => [`member_${i}`, i]))
}

/** Entries nobody would write by hand, made by an upstream that is careless or malicious. */
export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [
  { name: 'an ordinary entry', document: entry() },
  { name: 'an empty entry', document: {} },
  {
    name: 'an entry 1,000 levels deep',
    document: fromJson({ ...entry({ meta: nested(1000, 1) }), a: nested(999, 'x') }),
  },
  {
    name: 'an entry as deep as walks go, with null at the bottom',
    document: fromJson({ ...(nested(190, null) as object), meta: nested(190, { z: 1 }) }),
  },
  {
    name: 'lists of 100,000 elements',
    document: entry({
      tags: Array.from({ length: 100_000 }, (_, i) => `tag-${i}`),
      meta: { list: Array.from({ length: 100_000 }, (_, i) => ({ a: i })) },
    }),
  },
  {
    name: 'an object of 20,000 members',
    document: entry({ meta: wideObject(20_000), tags: Array(500).fill({}) }),
  },
  {
    name: 'texts of 5,000 characters',
    document: entry({
      name: long('x', 5000),
      title: `${long('a', 2500)}b${long('a', 2499)}`,
      description: long('a', 5000),
      tags: Array.from({ length: 200 }, (_, i) => `${long('a', 4998)}${i % 10}`),
    }),
  },
  {
    name: 'a text of a megabyte',
    document: entry({ description: long('ab.', 1_000_000), tags: Array(50).fill('a') }),
  },
  { name: 'own members named like inherited ones', document: JSON.parse(OWN_PROTOTYPES) as object },
  {
    name: 'members of the wrong type',
    document: fromJson({
      name: 5,
      title: ['x'],
      description: {},
      tags: [1, null, true, {}, [], ['finance'], 'finance', -0, 1e21],
      roles: 'admin',
      enabled: 'yes',
      deprecated: 1,
      federated: null,
      meta: 'text',
      annotations: [],
      inputSchema: [[]],
    }),
  },
  {
    name: 'tags that are no list',
    document: fromJson({ name: null, tags: { finance: true }, meta: [], enabled: 0, roles: 7 }),
  },
  {
    name: 'texts that are patterns, half pairs and control characters',
    document: entry({
      name: '(((x+)+)+)+y',
      title: '\ud83d',
      description: 'x'.repeat(4000),
      tags: ['[', '(', '\\', '(?=x)', 'x{1000}'.repeat(36), '\udc00', '\u0000', '\u202e', '*?*'],
    }),
  },
  {
    name: 'one path of objects and one of lists, sixteen levels deep',
    document: fromJson({ ...(nested(16, null) as object), meta: nestedLists(16) }),
  },
  { name: 'a list for an entry', document: nestedLists(16) as object },
]
