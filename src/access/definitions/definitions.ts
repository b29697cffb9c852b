import { FacetError, messageOf } from '../../errors/facet-error.ts'
import type { DefinitionRecord, JsonObject, Origin, RecordStore } from '../../store/ports.ts'

/** What somebody defined (a policy, a guard), with its filters compiled. */
export interface Defined<Definition, Compiled> {
  readonly id: string
  readonly origin: Origin
  readonly version: number
  readonly definition: Definition
  /** Absent where there is a problem. */
  readonly compiled?: Compiled
  /** Why a stored one cannot be used: it was written for another version of Facet. */
  readonly problem?: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** What definitions of one kind are: what they are called, read with and compiled by. */
export interface Kind<Definition, Compiled> {
  readonly name: 'policy' | 'guard'
  readonly parse: (stored: JsonObject) => Definition
  /** @throws {FacetError} `invalid_filter` */
  readonly compile: (definition: Definition) => Compiled
}

/** What is to be written under an id. */
export interface Put<Definition> {
  readonly id: string
  readonly definition: Definition
}

/** Told of one before and after a change. */
export type DefinitionListener<D, C> = (
  before: Defined<D, C> | undefined,
  after: Defined<D, C> | undefined,
) => void

/** All definitions of one kind, in memory and in the store. */
export class Definitions<Definition extends object, Compiled> {
  readonly kind: Kind<Definition, Compiled>
  readonly now: () => Date
  readonly #store: RecordStore<DefinitionRecord>
  readonly #all = new Map<string, Defined<Definition, Compiled>>()
  readonly #listeners = new Set<DefinitionListener<Definition, Compiled>>()
  #revision = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    kind: Kind<Definition, Compiled>,
    store: RecordStore<DefinitionRecord>,
    now: () => Date,
  ) {
    this.kind = kind
    this.#store = store
    this.now = now
  }

  /** Takes over what is stored, and what the configuration file says. @throws {FacetError} */
  async load(configured: readonly Put<Definition>[] = []): Promise<void> {
    for (const record of await this.#store.all()) this.#all.set(record.id, this.#understood(record))
    const at = this.now().toISOString()
    for (const { id, definition } of configured) {
      const compiled = this.kind.compile(definition)
      const times = { createdAt: at, updatedAt: at }
      this.#all.set(id, { id, origin: 'config', version: 1, definition, compiled, ...times })
    }
    this.changed()
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision
  }

  /** In order of their ids. */
  all(): Defined<Definition, Compiled>[] {
    return [...this.#all.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  find(id: string): Defined<Definition, Compiled> | undefined {
    return this.#all.get(id)
  }

  /** @throws {FacetError} `not_found` */
  get(id: string): Defined<Definition, Compiled> {
    const found = this.#all.get(id)
    if (found) return found
    throw new FacetError('not_found', `There is no ${this.kind.name} ${JSON.stringify(id)}.`)
  }

  subscribe(listener: DefinitionListener<Definition, Compiled>): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Runs a change when those before it are done. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Stores the next version of one; it is in force when this resolves. @throws {FacetError} */
  async put(
    id: string,
    definition: Definition,
    origin: Origin,
  ): Promise<Defined<Definition, Compiled>> {
    const { record, defined } = this.next(id, definition, origin)
    await this.#store.put(record)
    this.hold([[id, defined]])
    return defined
  }

  async remove(id: string): Promise<void> {
    await this.#store.remove(id)
    this.hold([[id, undefined]])
  }

  /** One as its next version, as it is stored and as it is used. @throws {FacetError} */
  protected next(id: string, definition: Definition, origin: Origin) {
    const compiled = this.kind.compile(definition)
    const before = this.#all.get(id)
    const at = this.now().toISOString()
    const record = {
      id,
      origin,
      definition: definition as unknown as JsonObject,
      version: (before?.version ?? 0) + 1,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    }
    return { record, defined: { ...record, definition, compiled } }
  }

  /** Puts stored changes into force: all of them, before anybody is told of one. */
  protected hold(
    changes: readonly (readonly [string, Defined<Definition, Compiled> | undefined])[],
  ): void {
    const made = changes.map(([id, after]) => {
      const before = this.#all.get(id)
      if (after) this.#all.set(id, after)
      else this.#all.delete(id)
      return [before, after] as const
    })
    this.changed()
    for (const [before, after] of made) {
      for (const listener of this.#listeners) listener(before, after)
    }
  }

  /** Before anybody is told: for what is worked out from all of them. */
  protected changed(): void {
    this.#revision++
  }

  /** What cannot be understood stays in force as a problem: it must neither open nor close a door. */
  #understood({ definition: stored, ...rest }: DefinitionRecord): Defined<Definition, Compiled> {
    try {
      const definition = this.kind.parse(stored)
      return { ...rest, definition, compiled: this.kind.compile(definition) }
    } catch (error) {
      return { ...rest, definition: stored as unknown as Definition, problem: messageOf(error) }
    }
  }
}
