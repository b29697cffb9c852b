import type { Caller } from '../../access/caller.ts'
import { type CodeGuard, isCodeGuard } from '../../access/guards/codes/codes.ts'
import type { Guards } from '../../access/guards/guards.ts'
import { exposedName } from '../../catalog/exposed-name.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import type { Frozen } from '../freeze.ts'
import { List, type Listed } from '../list.ts'
import type { Turns } from '../membership/turns.ts'
import type { Shadowed } from '../stages/shadow.ts'
import type { View } from '../view.ts'
import { GATE_NAMES } from './gate-tools.ts'
import type { Gates, Lists } from './groups.ts'
import type { GuardSets } from './guard-sets.ts'

/** A view as it is marked while what stands behind the guards stays the same. */
interface Marked {
  readonly stamp: string
  readonly view: View
}

/**
 * The stage that says which groups a caller has to unlock on a server, so that lists show the tools
 * for it where there is something to unlock, and nowhere else.
 */
export class GateStage {
  readonly #guards: Guards
  readonly #sets: GuardSets
  readonly #turns: Turns
  /** By the guards a caller meets: the latest only, or a view that lives long would keep them all. */
  readonly #known = new WeakMap<View, Map<string, Marked>>()

  constructor(guards: Guards, sets: GuardSets, turns: Turns) {
    this.#guards = guards
    this.#sets = sets
    this.#turns = turns
  }

  /** Whether there is a group of entries to unlock, anywhere: then no entry has the names of its tools. */
  get hasCodes(): boolean {
    return this.#guards.hasCodes
  }

  /** Equal for callers who have to unlock the same on a server; empty where nothing has to be. */
  keyOf(server: string, caller: Caller): string {
    if (!this.#guards.hasCodes) return ''
    return keyOf(this.#met(server, caller))
  }

  /**
   * A view with its groups. Entries that have the names of the tools for them are not in it; also
   * where it was made, or frozen, in the moment before there was a group.
   */
  async mark(view: View, caller: Caller): Promise<View> {
    if (!this.#guards.hasCodes) return view
    for (;;) {
      const met = this.#met(view.server, caller)
      const waiting = this.#prepare(met)
      if (waiting) {
        await waiting
        continue
      }
      const stamp = met.map((guard) => this.#sets.stamp(guard)).join()
      const key = keyOf(met)
      let known = this.#known.get(view)
      if (!known) {
        known = new Map()
        this.#known.set(view, known)
      }
      const marked = known.get(key)
      if (marked?.stamp === stamp) return marked.view
      const gates = await this.#gatesOf(met, view.lists, this.#turns)
      const next = markedView(view, gates)
      known.set(key, { stamp, view: next })
      return next
    }
  }

  #met(server: string, caller: Caller): CodeGuard[] {
    const met = this.#guards.meeting(server, caller)
    return met.filter(({ compiled }) => compiled).filter(isCodeGuard)
  }

  #prepare(guards: readonly CodeGuard[]): Promise<unknown> | undefined {
    for (const type of ENTRY_TYPES) {
      const waiting = this.#sets.prepare(type, guards)
      if (waiting) return waiting
    }
    return undefined
  }

  async #gatesOf(
    guards: readonly CodeGuard[],
    lists: Lists,
    turns: Turns,
  ): Promise<Gates | undefined> {
    const groups: CodeGuard[] = []
    for (const guard of guards) if (await this.#isAround(guard, lists, turns)) groups.push(guard)
    if (groups.length === 0) return undefined
    return { groups, within: (some, inTurns) => this.#gatesOf(groups, some, inTurns) }
  }

  async #isAround(guard: CodeGuard, lists: Lists, turns: Turns): Promise<boolean> {
    for (const list of lists.values()) {
      for (const entry of list.entries) {
        const turn = turns.step()
        if (turn) await turn
        if (this.#sets.isBehind(guard, entry)) return true
      }
    }
    return false
  }
}

function keyOf(guards: readonly CodeGuard[]): string {
  return guards.map(({ id, version }) => `${id} ${version}`).join()
}

function markedView(view: View, gates: Gates | undefined): View {
  const lists = withoutGateNames(view.lists)
  const listed = view.listed === view.lists ? lists : withoutGateNames(view.listed)
  if (!gates && lists === view.lists && listed === view.listed) return view
  const groups = keyOf(gates?.groups ?? [])
  const signature = `${view.signature} gates ${groups}`
  // Of what a caller may not use nothing is told, as for every clash.
  const told = view.signature === '' ? takenIn(view.lists.get('tool')!) : []
  const shadowed = [...view.shadowed, ...told.map(asShadowed)]
  return { ...view, signature, lists, listed, shadowed, gates }
}

/** Whether a frozen view has an entry, or is without one, because of its name. */
export function hasGateName({ view, contended }: Frozen): boolean {
  const { shown, shadowed } = contended.get('tool')!
  const { naming } = view.definition
  return (
    shadowed.some(({ by, name }) => by === name && GATE_NAMES.includes(name)) ||
    shown.some((entry) => GATE_NAMES.includes(exposedName(entry, naming)))
  )
}

/** Tools that have a name that is not for entries. */
function takenIn(tools: List): Listed[] {
  return GATE_NAMES.flatMap((name) => tools.find(name) ?? [])
}

function asShadowed({ entry: { record }, name }: Listed): Shadowed {
  const { type, id, source } = record
  return { type, id, name, source, by: name }
}

function withoutGateNames(lists: Lists): Lists {
  const tools = lists.get('tool')!
  const taken = new Set(takenIn(tools).map(({ entry }) => entry))
  if (taken.size === 0) return lists
  const entries = tools.entries.filter((entry) => !taken.has(entry))
  return new Map([...lists, ['tool' as const, new List(entries, tools.naming)]])
}
