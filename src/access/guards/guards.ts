import { FacetError, messageOf } from '../../errors/facet-error.ts'
import { admits } from '../../rules/filter.ts'
import type { GuardRecord, JsonObject, Origin, RecordStore } from '../../store/ports.ts'
import type { Caller } from '../caller.ts'
import { type CompiledGuard, compileGuard } from './compile.ts'
import { type GuardDefinition, guardDefinition } from './definition.ts'

/** A guard with its filters compiled. */
export interface Guard {
  readonly id: string
  readonly origin: Origin
  readonly version: number
  readonly definition: GuardDefinition
  /** Absent where there is a problem. */
  readonly compiled?: CompiledGuard
  /** Why a stored guard cannot be used: it was written for another version of Facet. */
  readonly problem?: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** Told of the guard before and after a change. */
export type GuardListener = (before: Guard | undefined, after: Guard | undefined) => void

const NONE: readonly Guard[] = []
const NOTHING = {}

/** All guards, in memory and in the store. */
export class Guards {
  readonly now: () => Date
  readonly #store: RecordStore<GuardRecord>
  readonly #guards = new Map<string, Guard>()
  readonly #listeners = new Set<GuardListener>()
  /** Those that are not off, in order of their ids. */
  #active: readonly Guard[] = NONE
  #byServer = new Map<string, readonly Guard[]>()
  #met = new WeakMap<Caller, Map<string, readonly Guard[]>>()
  #hasCodes = false
  #revision = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(store: RecordStore<GuardRecord>, now: () => Date) {
    this.#store = store
    this.now = now
  }

  /** Takes over what is stored. */
  async load(): Promise<void> {
    for (const record of await this.#store.all()) this.#guards.set(record.id, understood(record))
    this.#changed()
  }

  /** Whether there is a group of entries, anywhere, that has to be unlocked. */
  get hasCodes(): boolean {
    return this.#hasCodes
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision
  }

  /** Those that are not off. */
  get active(): readonly Guard[] {
    return this.#active
  }

  /**
   * Those that are not off, stand on a server and stop a caller there, whatever is called. Those
   * with a problem are among them.
   */
  meeting(server: string, caller: Caller): readonly Guard[] {
    const guards = this.#on(server)
    if (guards.length === 0) return NONE
    let byServer = this.#met.get(caller)
    if (!byServer) {
      byServer = new Map()
      this.#met.set(caller, byServer)
    }
    let met = byServer.get(server)
    if (!met) {
      met = guards.filter((guard) => isFor(guard, caller) || isForAgent(guard, caller))
      byServer.set(server, met)
    }
    return met
  }

  /** In order of their ids. */
  all(): Guard[] {
    return [...this.#guards.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  find(id: string): Guard | undefined {
    return this.#guards.get(id)
  }

  /** @throws {FacetError} `not_found` */
  get(id: string): Guard {
    const guard = this.#guards.get(id)
    if (guard) return guard
    throw new FacetError('not_found', `There is no guard ${JSON.stringify(id)}.`)
  }

  subscribe(listener: GuardListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Runs a change of guards when those before it are done. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Stores a guard as its next version; it stands when this resolves. @throws {FacetError} */
  async put(id: string, definition: GuardDefinition, origin: Origin): Promise<Guard> {
    const compiled = compileGuard(definition)
    const before = this.#guards.get(id)
    const at = this.now().toISOString()
    const record = {
      id,
      origin,
      definition: definition as unknown as JsonObject,
      version: (before?.version ?? 0) + 1,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    }
    await this.#store.put(record)
    const guard = { ...record, definition, compiled }
    this.#hold(id, guard)
    return guard
  }

  async remove(id: string): Promise<void> {
    await this.#store.remove(id)
    this.#hold(id, undefined)
  }

  #on(server: string): readonly Guard[] {
    if (this.#active.length === 0) return NONE
    let found = this.#byServer.get(server)
    if (!found) {
      found = this.#active.filter((guard) => standsOn(guard, server))
      this.#byServer.set(server, found)
    }
    return found
  }

  #hold(id: string, guard: Guard | undefined): void {
    const before = this.#guards.get(id)
    if (guard) this.#guards.set(id, guard)
    else this.#guards.delete(id)
    this.#changed()
    for (const listener of this.#listeners) listener(before, guard)
  }

  #changed(): void {
    this.#revision++
    this.#active = this.all().filter(({ definition }) => definition.status !== 'off')
    this.#hasCodes = this.#active.some(({ definition }) => definition.kind === 'totp')
    this.#byServer = new Map()
    this.#met = new WeakMap()
  }
}

/** What cannot be understood stands as a problem: nothing passes it. */
function understood(record: GuardRecord): Guard {
  const { definition: stored, ...rest } = record
  try {
    const definition = guardDefinition.parse(stored)
    return { ...rest, definition, compiled: compileGuard(definition) }
  } catch (error) {
    const definition = stored as unknown as GuardDefinition
    return { ...rest, definition, problem: messageOf(error) }
  }
}

/** Whoever acts as an agent meets what the agent would meet, too. */
function isForAgent(guard: Guard, { actsAs }: Caller): boolean {
  return actsAs !== undefined && isFor(guard, actsAs)
}

/** Whether a guard stops a caller; where that cannot be decided, it does. */
function isFor({ compiled }: Guard, caller: Caller): boolean {
  return !compiled || admits(compiled.who.evaluate(NOTHING, caller), 'exclude')
}

/** Whether a guard stands on a server. */
export function standsOn({ definition: { server } }: Guard, id: string): boolean {
  return !Array.isArray(server) || server.includes(id)
}
