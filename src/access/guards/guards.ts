import { admits } from '../../rules/filter.ts'
import type { DefinitionRecord, RecordStore } from '../../store/ports.ts'
import type { Caller } from '../caller.ts'
import { type Defined, Definitions, type Kind } from '../definitions/definitions.ts'
import { type CompiledGuard, compileGuard } from './compile.ts'
import { type GuardDefinition, guardDefinition } from './definition.ts'

/** A guard with its filters compiled. */
export type Guard = Defined<GuardDefinition, CompiledGuard>

const GUARD: Kind<GuardDefinition, CompiledGuard> = {
  name: 'guard',
  parse: (stored) => guardDefinition.parse(stored),
  compile: compileGuard,
}

const NONE: readonly Guard[] = []
const NOTHING = {}

/** All guards. One that cannot be understood lets nothing pass. */
export class Guards extends Definitions<GuardDefinition, CompiledGuard> {
  /** Those that are not off, in order of their ids. */
  #active: readonly Guard[] = NONE
  #byServer = new Map<string, readonly Guard[]>()
  #met = new WeakMap<Caller, Map<string, readonly Guard[]>>()
  #hasCodes = false

  constructor(store: RecordStore<DefinitionRecord>, now: () => Date) {
    super(GUARD, store, now)
  }

  /** Whether there is a group of entries, anywhere, that has to be unlocked. */
  get hasCodes(): boolean {
    return this.#hasCodes
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

  #on(server: string): readonly Guard[] {
    if (this.#active.length === 0) return NONE
    let found = this.#byServer.get(server)
    if (!found) {
      found = this.#active.filter((guard) => standsOn(guard, server))
      this.#byServer.set(server, found)
    }
    return found
  }

  protected override changed(): void {
    super.changed()
    this.#active = this.all().filter(({ definition }) => definition.status !== 'off')
    this.#hasCodes = this.#active.some(({ definition }) => definition.kind === 'totp')
    this.#byServer = new Map()
    this.#met = new WeakMap()
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
