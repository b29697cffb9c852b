import { isDeepStrictEqual } from 'node:util'
import { type ErrorItem, FacetError, messageOf } from '../errors/facet-error.ts'
import type {
  Author,
  JsonObject,
  Origin,
  ServerRecord,
  ServerStore,
  ServerWrite,
} from '../store/ports.ts'
import { type CompiledRule, compileRules } from './compile.ts'
import { type ServerDefinition, serverDefinition } from './definition.ts'
import { Approvals } from './review/approvals.ts'

/** A dynamic server with its rules compiled. */
export interface DynamicServer {
  readonly id: string
  readonly origin: Origin | 'builtin'
  readonly version: number
  readonly definition: ServerDefinition
  readonly rules: readonly CompiledRule[]
  /** Why a stored server cannot be used: its rules were written for another version of Facet. */
  readonly problem?: string
  readonly createdAt: string
  readonly updatedAt: string
}

export type ServerListener = (id: string) => void

/** A server as it is about to be saved. */
export type Unsaved = Pick<DynamicServer, 'id' | 'definition' | 'rules'>

/** What saving a server decides about entries. */
export type Admit = (
  before: DynamicServer | undefined,
  next: Unsaved,
  author: Author,
) => Promise<ServerWrite['approvals']>

/** What keeps a definition from being saved, by the catalog as it is. */
export type CheckDefinition = (
  before: ServerDefinition | undefined,
  next: ServerDefinition,
) => ErrorItem[]

/** Nothing is approved by anybody. */
const admitNothing: Admit = async () => ({ forget: false, put: [] })

/** The built-in server: every enabled entry, federated ones too. */
function builtinAll(): DynamicServer {
  const definition = serverDefinition.parse({
    name: 'All entries',
    description: 'Every enabled entry of the catalog.',
    access: 'policy',
    rules: ['tool', 'prompt', 'resource', 'resource_template'].map((type) => ({
      type,
      filter: 'true',
      include_federated: true,
    })),
  })
  const at = new Date(0).toISOString()
  const rules = compileRules(definition.rules)
  return {
    id: 'all',
    origin: 'builtin',
    version: 1,
    definition,
    rules,
    createdAt: at,
    updatedAt: at,
  }
}

/** All dynamic servers, in memory and in the store. */
export class Servers {
  readonly approvals = new Approvals()
  readonly #store: Pick<ServerStore, 'all' | 'put' | 'remove'>
  readonly #servers = new Map<string, DynamicServer>([['all', builtinAll()]])
  readonly #sequences = new Map<string, number>()
  readonly #listeners = new Set<ServerListener>()
  #turn: Promise<unknown> = Promise.resolve()
  #admit = admitNothing
  #hasCredentials = () => true
  #check: CheckDefinition = () => []
  readonly now: () => Date

  constructor(store: Pick<ServerStore, 'all' | 'put' | 'remove'>, now: () => Date) {
    this.#store = store
    this.now = now
  }

  /** Takes over what is stored. */
  async load(): Promise<void> {
    for (const record of await this.#store.all()) this.#hold(record)
  }

  /** In order of creation, without the built-in one. */
  all(): DynamicServer[] {
    return [...this.#servers.values()]
      .filter(({ origin }) => origin !== 'builtin')
      .sort((a, b) => this.#sequences.get(a.id)! - this.#sequences.get(b.id)!)
  }

  find(id: string): DynamicServer | undefined {
    return this.#servers.get(id)
  }

  /** @throws {FacetError} `not_found` */
  get(id: string): DynamicServer {
    const server = this.#servers.get(id)
    if (server) return server
    throw new FacetError('not_found', `There is no dynamic server ${JSON.stringify(id)}.`)
  }

  /** Told the id of every server that is made, changed or removed. */
  subscribe(listener: ServerListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Runs a change of servers when those before it are done. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Says what saving a server decides about entries; until then nothing is approved by it. */
  admitBy(admit: Admit): void {
    this.#admit = admit
  }

  /** Says whether there is any credential: until then there is one, and new servers are closed. */
  credentialsBy(hasCredentials: () => boolean): void {
    this.#hasCredentials = hasCredentials
  }

  /** The access of a new server that does not say: open only while nobody can be told apart. */
  newAccess(): ServerDefinition['access'] {
    return this.#hasCredentials() ? 'policy' : 'open'
  }

  /** Says what else must hold of a server that is saved. */
  checkBy(check: CheckDefinition): void {
    this.#check = check
  }

  /** What keeps a server from being saved; nothing when it may be. */
  check(id: string, definition: ServerDefinition): ErrorItem[] {
    return this.#check(this.#servers.get(id)?.definition, definition)
  }

  /**
   * Stores a server as its next version and shows it; a new one comes last. Rules must compile.
   *
   * @throws {FacetError} `invalid_request` for overrides that do not fit the catalog.
   */
  async put(
    id: string,
    given: ServerDefinition,
    origin: Origin,
    author: Author,
  ): Promise<DynamicServer> {
    const errors = this.check(id, given)
    if (errors.length > 0) {
      throw new FacetError('invalid_request', errors[0]!.message, { errors })
    }
    const before = this.#servers.get(id)
    const definition = withSameOverrides(before?.definition, given)
    const at = this.now().toISOString()
    const record = {
      id,
      sequence: this.#sequences.get(id) ?? 1 + Math.max(0, ...this.#sequences.values()),
      origin,
      definition: definition as unknown as JsonObject,
      version: (before?.version ?? 0) + 1,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    }
    const rules = compileRules(definition.rules)
    const approvals = await this.#admit(before, { id, definition, rules }, author)
    await this.#store.put({ record, author, approvals })
    if (approvals.forget) this.approvals.drop(id)
    this.approvals.take(approvals.put)
    const server = this.#hold(record, definition)
    this.#tell(id)
    return server
  }

  async remove(id: string): Promise<void> {
    await this.#store.remove(id)
    this.#servers.delete(id)
    this.#sequences.delete(id)
    this.approvals.drop(id)
    this.#tell(id)
  }

  #hold(record: ServerRecord, definition?: ServerDefinition): DynamicServer {
    const { id, sequence, origin, version, createdAt, updatedAt } = record
    const server = { id, origin, version, ...understood(record, definition), createdAt, updatedAt }
    this.#servers.set(id, server)
    this.#sequences.set(id, sequence)
    return server
  }

  #tell(id: string): void {
    for (const listener of this.#listeners) listener(id)
  }
}

/** What is made of entries is kept with the overrides: equal ones stay the same object. */
function withSameOverrides(
  before: ServerDefinition | undefined,
  next: ServerDefinition,
): ServerDefinition {
  const isSame = before && isDeepStrictEqual(before.overrides, next.overrides)
  return isSame ? { ...next, overrides: before.overrides } : next
}

/** A record that cannot be understood stays as it is stored, visible and out of service. */
function understood({ id, definition: stored }: ServerRecord, known?: ServerDefinition) {
  try {
    const definition = known ?? serverDefinition.parse(stored)
    return { definition, rules: compileRules(definition.rules) }
  } catch (error) {
    const definition = serverDefinition.parse({ name: String(stored.name ?? id) })
    return { definition, rules: [], problem: messageOf(error) }
  }
}
