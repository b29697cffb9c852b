import type { Caller } from '../../access/caller.ts'
import type { PolicyDefinition } from '../../access/policies/definition.ts'
import { maySee, names } from '../../access/policies/grants.ts'
import { concerns, type Policies, type Policy } from '../../access/policies/policies.ts'
import { isUnbound, Standings } from '../../access/policies/standing.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { DynamicServer } from '../servers.ts'
import type { Named, Ownership } from './ownership.ts'

/**
 * On what it is decided which entries of a server a caller may use. Callers with equal keys are
 * decided about alike, so they share what they see.
 */
export interface Grounds {
  readonly key: string
  /** Whether everything is allowed that is not denied. */
  readonly isOpen: boolean
  readonly allows: readonly Policy[]
  readonly denies: readonly Policy[]
  /** Owner and roles whose entries are allowed. */
  readonly named: readonly Named[]
  /** Set where a policy's `what` looks at who asks. */
  readonly caller: Caller | undefined
  /** Of a caller that acts as an agent, those of the agent: what may be used is what both allow. */
  readonly and?: Grounds
}

/** Grounds that all have to allow an entry. */
export function partsOf(grounds: Grounds): readonly Grounds[] {
  return grounds.and ? [grounds, grounds.and] : [grounds]
}

/** What of a server decides about callers: of one that is not saved too. */
export type Subjected = Pick<DynamicServer, 'id' | 'definition'>

interface Known {
  readonly server: DynamicServer
  readonly policies: number
  readonly ownership: number
  readonly grounds: Grounds | undefined
  readonly opened: Policy | undefined
}

/** On what a caller is decided about. */
export interface Footing {
  /** Undefined for those who may use all. */
  readonly grounds: Grounds | undefined
  /** The allow of everything that opens the server, where nothing else does. */
  readonly opened: Policy | undefined
}

const UNBOUND: Footing = { grounds: undefined, opened: undefined }

/** Grounds kept ready by text; the least recently used are worked out again. */
const MAX_KEPT = 20_000

const ACTION_OF = {
  tool: 'call',
  prompt: 'call',
  resource: 'read',
  resource_template: 'read',
} as const

/** Whether a policy is about using entries of a type. What is not listed cannot be used, so to deny one is to deny both. */
export function speaksOf({ effect, actions }: PolicyDefinition, type: EntryType): boolean {
  return actions.includes(ACTION_OF[type]) || (effect === 'deny' && actions.includes('list'))
}

/** Whether a server lets its callers use what no policy denies them. */
export function isOpenTo({ definition }: Subjected, caller: Caller): boolean {
  if (definition.access !== 'open') return false
  return caller.kind !== 'anonymous' || definition.anonymous
}

/** Finds the grounds on which callers are decided about; undefined for those who may use all. */
export class GroundsFinder {
  readonly standings: Standings
  readonly #policies: Policies
  readonly #ownership: Ownership
  readonly #byCaller = new WeakMap<Caller, Map<string, Known>>()
  readonly #byText = new Map<string, Known>()
  readonly #made = new WeakMap<Grounds, WeakMap<Grounds, Grounds>>()

  constructor(policies: Policies, ownership: Ownership) {
    this.#policies = policies
    this.#ownership = ownership
    this.standings = new Standings(policies)
  }

  /** @throws {FacetError} `policy_unusable` */
  of(server: DynamicServer, caller: Caller): Grounds | undefined {
    const own = this.footing(server, caller).grounds
    return caller.actsAs ? this.#both(own, this.footing(server, caller.actsAs).grounds) : own
  }

  /** The same for the caller alone, whoever they act as. @throws {FacetError} `policy_unusable` */
  footing(server: DynamicServer, caller: Caller): Footing {
    if (isUnbound(caller)) return UNBOUND
    let byServer = this.#byCaller.get(caller)
    if (!byServer) {
      byServer = new Map()
      this.#byCaller.set(caller, byServer)
    }
    const known = byServer.get(server.id)
    if (known && this.#holds(known, server)) return known
    const found = this.#byKey(server, caller)
    byServer.set(server.id, found)
    return found
  }

  /** The same without keeping it: for questions. @throws {FacetError} `policy_unusable` */
  fresh(server: Subjected, caller: Caller): Grounds | undefined {
    const own = isUnbound(caller) ? undefined : this.#work(server, caller).grounds
    return caller.actsAs ? this.#both(own, this.fresh(server, caller.actsAs)) : own
  }

  /** Made once for each two, as they are found again for every request. */
  #both(own: Grounds | undefined, agent: Grounds | undefined): Grounds | undefined {
    if (!own || !agent) return own ?? agent
    let made = this.#made.get(own)
    if (!made) {
      made = new WeakMap()
      this.#made.set(own, made)
    }
    const known = made.get(agent)
    if (known) return known
    const both = { ...own, key: JSON.stringify([own.key, agent.key]), and: agent }
    made.set(agent, both)
    return both
  }

  #holds({ server, policies, ownership }: Known, now: DynamicServer): boolean {
    return (
      server === now &&
      policies === this.#policies.revision &&
      ownership === this.#ownership.revision
    )
  }

  /** The id of a caller counts only where something names it. */
  #byKey(server: DynamicServer, caller: Caller): Known {
    const isNamed =
      names(server.definition, caller) || this.#ownership.isNamed(`owner ${caller.id}`)
    const text = `${server.id} ${isNamed ? caller.id : ''}\0${this.standings.keyOf(caller)}`
    const known = this.#byText.get(text)
    if (known && this.#holds(known, server)) return known
    const footing = this.#work(server, caller)
    const [policies, ownership] = [this.#policies.revision, this.#ownership.revision]
    const found = { server, policies, ownership, ...footing }
    this.#byText.delete(text)
    // What looks at the caller as a whole is another ground for each.
    if (footing.grounds?.caller) return found
    if (this.#byText.size >= MAX_KEPT) this.#byText.delete(this.#byText.keys().next().value!)
    this.#byText.set(text, found)
    return found
  }

  #work(server: Subjected, caller: Caller): Footing {
    const speaking = this.standings
      .of(caller)
      .policies.filter((policy) => concerns(policy, server.id))
      .filter(({ definition }) => ENTRY_TYPES.some((type) => speaksOf(definition, type)))
    const denies = distinct(speaking.filter(({ definition }) => definition.effect === 'deny'))
    const allows = distinct(speaking.filter(({ definition }) => definition.effect === 'allow'))
    const isFree = isOpenTo(server, caller) || maySee(caller, server.definition)
    const opened = isFree ? undefined : allows.find(allowsAll)
    const isOpen = isFree || opened !== undefined
    if (isOpen && denies.length === 0) return { grounds: undefined, opened }
    const all = isOpen ? denies : [...allows, ...denies]
    const personal = all.some(({ compiled }) => compiled!.isPersonal) ? caller : undefined
    const named = isOpen ? [] : this.#namedFor(caller)
    const key = JSON.stringify([isOpen, all.map(keyOf), named, personal ?? 0])
    const grounds = { key, isOpen, allows: isOpen ? [] : allows, denies, named, caller: personal }
    return { grounds, opened }
  }

  #namedFor({ id, kind, roles }: Caller): Named[] {
    const named = roles.map((role): Named => `role ${role}`)
    if (kind !== 'anonymous') named.push(`owner ${id}`)
    return [...new Set(named)].filter((one) => this.#ownership.isNamed(one)).sort()
  }
}

function allowsAll({ definition }: Policy): boolean {
  return (
    definition.what.trim() === 'true' && ENTRY_TYPES.every((type) => speaksOf(definition, type))
  )
}

/** Policies that say the same of the same entries are one. */
function distinct(policies: readonly Policy[]): Policy[] {
  const byKey = new Map(policies.map((policy) => [keyOf(policy), policy]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, policy]) => policy)
}

function keyOf({ definition }: Policy): string {
  const types = ENTRY_TYPES.map((type) => (speaksOf(definition, type) ? '1' : '0')).join('')
  return `${definition.effect} ${types} ${definition.what}`
}
