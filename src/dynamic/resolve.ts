import type { Caller } from '../access/caller.ts'
import type { Guard } from '../access/guards/guards.ts'
import { concerns, type Policy } from '../access/policies/policies.ts'
import { FacetError } from '../errors/facet-error.ts'
import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import { remains, revisionOf, withoutGone } from './freeze.ts'
import { FrozenViews } from './frozen-views.ts'
import { GateStage, hasGateName } from './guards/gates.ts'
import { GuardSets } from './guards/guard-sets.ts'
import { Held } from './held.ts'
import { selectionKeys } from './membership/meaning-rule.ts'
import type { Membership } from './membership/membership.ts'
import { Memberships, type OpenOptions } from './membership/memberships.ts'
import { type Grounds, partsOf } from './permit/grounds.ts'
import type { PermitTools } from './permit/look-through.ts'
import { Permits } from './permit/permits.ts'
import { type Base, PermittedViews } from './permit/permitted-views.ts'
import type { ResolveContext } from './resolve-context.ts'
import { pendingIn } from './review/stage.ts'
import type { DynamicServer } from './servers.ts'
import { withoutHidden } from './stages/hide.ts'
import type { View } from './view.ts'

/**
 * Told the id of a server whenever what clients see of it may have changed for another reason than
 * that members were changed in place.
 */
export type ViewListener = (server: string) => void

/** How a server looks: as before, while these stay equal. */
export interface Looks {
  readonly membership: Membership
  /** Grows with every change of a member, also of what only some callers can see. */
  readonly any: number
  /** Grows with every change of a member that lists show. */
  readonly shown: number
}

interface Opened {
  readonly server: DynamicServer
  readonly held: Promise<Held>
  /** There as soon as it is worked out. */
  membership?: Membership
}

/**
 * The one function behind every list, call, preview and notification.
 *
 * The membership of a server is worked out at first use and kept up to date from then on; a view
 * is made from it when it is asked for and shared until something in it changes. Servers with a
 * `cache_ttl` keep their view for that long, except for what was deleted or disabled. Who may not use
 * everything sees a part of that, shared with all others about whom it is decided alike.
 */
export class Resolver {
  readonly memberships: Memberships
  readonly permits: Permits
  readonly guardSets: GuardSets
  readonly gates: GateStage
  readonly views: PermittedViews
  readonly #context: ResolveContext
  readonly #opened = new Map<string, Opened>()
  /** What is open and there. */
  readonly #held = new Map<string, Held>()
  readonly #frozen: FrozenViews
  /** Whether there was a group to unlock when views were made. */
  #hadCodes: boolean
  readonly #listeners = new Set<ViewListener>()

  constructor(context: ResolveContext) {
    this.#context = context
    this.memberships = new Memberships(context)
    this.permits = new Permits(context, this.memberships)
    const { catalog, guards } = context
    this.#hadCodes = guards.hasCodes
    this.guardSets = new GuardSets(catalog, guards, this.memberships)
    this.gates = new GateStage(guards, this.guardSets, this.memberships.turns)
    this.views = new PermittedViews(context.catalog, this.permits, this.memberships.turns)
    this.#frozen = new FrozenViews(context, (server) => this.#live(server))
    context.servers.subscribe((id) => this.#serverChanged(id))
    context.servers.approvals.subscribe((id) => this.#decided(id))
    this.permits.subscribe((type, slot) => this.#permitted(type, slot))
    context.policies.subscribe((before, after) => this.#policyChanged(before, after))
    guards.subscribe((before, after) => this.#guardChanged(before, after))
    this.guardSets.subscribe((type, slot) => this.#permitted(type, slot))
    context.hidden.subscribe(() => this.#tellAll(() => true))
  }

  /**
   * What a caller sees of a server now.
   *
   * @throws {FacetError} `not_found`, `not_active` for a draft, or why it cannot be evaluated.
   */
  async resolve(id: string, caller: Caller): Promise<View> {
    const { catalog, servers, hidden, guards } = this.#context
    const server = servers.get(id)
    if (server.definition.status !== 'active') {
      throw new FacetError('not_active', `${id} is a draft: preview it, or activate it first.`)
    }
    const grounds = this.permits.groundsOf(server, caller)
    const view = grounds
      ? await this.#viewOn(server, grounds)
      : server.definition.cache_ttl > 0
        ? withoutGone(await this.#frozen.of(server), catalog, servers.approvals)
        : (this.#ready(server) ?? (await this.#live(server))).view
    const hides = hidden.of(caller.id)
    const shown = hides ? withoutHidden(view, hides) : view
    return guards.hasCodes ? this.gates.mark(shown, caller) : shown
  }

  /**
   * Equal for callers who see the same of a server.
   *
   * @throws {FacetError} as {@link resolve}, when the server or a policy cannot be used.
   */
  signatureOf(id: string, caller: Caller): string {
    const grounds = this.permits.groundsOf(this.#context.servers.get(id), caller)
    const hides = this.#context.hidden.of(caller.id) ? ` ${caller.id}` : ''
    const gates = this.gates.keyOf(id, caller)
    return `${grounds?.key ?? ''}${hides}${gates && ` ${gates}`}`
  }

  /**
   * The membership of a server, drafts included, as it is now.
   *
   * @throws {FacetError} `server_unusable`, or why it cannot be evaluated.
   */
  async hold(server: DynamicServer): Promise<Held> {
    for (let current = server; ; current = this.#context.servers.get(server.id)) {
      const { id, problem } = current
      if (problem !== undefined) {
        throw new FacetError('server_unusable', `${id} cannot be evaluated: ${problem}`)
      }
      const held = await this.#open(current)
      // Views are made for those who wait one after the other, not all in one go.
      const turn = held.current ? undefined : this.memberships.turns.check()
      if (turn) await turn
      if (!this.memberships.isSettled) await this.memberships.settled()
      // The server may have been changed meanwhile: what was given back is not kept up to date.
      if (!held.membership.isClosed) return held
    }
  }

  /** What questions about a caller are answered with. */
  get tools(): PermitTools {
    const { catalog, hidden } = this.#context
    const { permits, gates } = this
    return { catalog, hidden, permits, gates, turns: this.memberships.turns }
  }

  /** Ends a freeze: the next list is evaluated anew. */
  refresh(id: string): void {
    this.#context.servers.get(id)
    if (this.#frozen.end(id)) this.#tell(id)
  }

  subscribe(listener: ViewListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Told when entries were changed in place, once for each: see {@link looks}. */
  onEdit(listener: () => void): () => void {
    return this.memberships.onEdit(listener)
  }

  /** How a server looks now; undefined when it is not in use. */
  looks(id: string): Looks | undefined {
    const membership = this.#opened.get(id)?.membership
    if (!membership) return undefined
    const versions = ENTRY_TYPES.map((type) => membership.versions(type))
    const any = versions.reduce((sum, version) => sum + version.any, 0)
    return { membership, any, shown: versions.reduce((sum, version) => sum + version.shown, 0) }
  }

  stop(): void {
    this.permits.stop()
    this.guardSets.stop()
    this.memberships.stop()
  }

  async #viewOn(server: DynamicServer, grounds: Grounds): Promise<View> {
    for (;;) {
      const base = this.#ready(server) ?? (await this.#base(server))
      const ready = this.views.ready(base, server.id, grounds)
      if (ready) {
        this.#context.metrics.viewRequests.inc({ kind: 'permitted', result: 'hit' })
        return ready
      }
      if (partsOf(grounds).some(({ caller }) => caller))
        await this.views.warm(base, server.id, grounds)
      const waiting = this.permits.prepare(grounds)
      if (!waiting) {
        const { view, result } = this.views.of(base, server.id, grounds)
        this.#context.metrics.viewRequests.inc({ kind: 'permitted', result })
        return view
      }
      await waiting
    }
  }

  /** What {@link #live} answers, when that is worked out and up to date: then nothing is waited for. */
  #ready(server: DynamicServer): Base | undefined {
    const held = this.#held.get(server.id)
    if (held?.server !== server || held.membership.isClosed) return undefined
    if (server.definition.cache_ttl > 0) return undefined
    const view = this.memberships.isSettled ? held.current : undefined
    if (!view) return undefined
    this.#context.metrics.viewRequests.inc({ kind: 'view', result: 'hit' })
    return { view, contended: held.contended }
  }

  /** What those see who may use everything, and what else there would be without a budget. */
  async #base(server: DynamicServer): Promise<Base> {
    if (server.definition.cache_ttl === 0) {
      const { view, contended } = await this.#live(server)
      return { view, contended }
    }
    const { catalog, servers } = this.#context
    const frozen = await this.#frozen.of(server)
    const isThere = remains(frozen, catalog, servers.approvals)
    const { view, contended } = frozen
    const revision = revisionOf(catalog, servers.approvals)
    return { view, contended, frozen: { isThere, revision } }
  }

  /** @returns what is seen now, and all that could be at that moment. */
  async #live(server: DynamicServer): Promise<Base> {
    const held = await this.hold(server)
    const { metrics, now } = this.#context
    const { view, result } = held.view(now().getTime())
    metrics.viewRequests.inc({ kind: 'view', result })
    const live = { view, contended: held.contended }
    if (result === 'hit') return live
    const label = { server: metrics.serverLabel(server.id) }
    for (const type of ENTRY_TYPES) {
      metrics.serverEntries.set({ ...label, type }, view.lists.get(type)!.length)
    }
    metrics.serverTrimmed.set(label, view.trimmed.length)
    metrics.serverUnfit.set(label, view.unfit.length)
    metrics.serverShadowed.set(label, view.shadowed.length)
    metrics.serverPending.set(label, pendingIn(view).pending)
    return live
  }

  #open(server: DynamicServer): Promise<Held> {
    const opened = this.#opened.get(server.id)
    if (opened?.server === server) return opened.held
    const { catalog, servers, guards } = this.#context
    const { status } = server.definition
    // Models are not asked for the sake of a draft: what they said before is all it shows.
    const options = status === 'active' ? { owner: server.id } : {}
    const held = this.#openInTurn(server, options).then((membership) => {
      membership.subscribe(() => this.#tell(server.id))
      next.membership = membership
      const made = new Held(server, membership, {
        catalog,
        approvals: servers.approvals,
        guards,
      })
      if (this.#opened.get(server.id)?.held === held) this.#held.set(server.id, made)
      return made
    })
    const next: Opened = { server, held }
    this.#opened.set(server.id, next)
    // What both use is kept: the old one is given back when the new one is there.
    held.then(
      () => this.#release(opened),
      () => {
        this.#release(opened)
        // A failure is not remembered: the next request tries again.
        if (this.#opened.get(server.id)?.held === held) this.#opened.delete(server.id)
      },
    )
    return held
  }

  /** Many servers may be wanted at once, and analysing their rules is work. */
  async #openInTurn({ rules }: DynamicServer, options: OpenOptions): Promise<Membership> {
    const turn = this.memberships.turns.check()
    if (turn) await turn
    return this.memberships.open(rules, options)
  }

  #release(opened: Opened | undefined): void {
    opened?.held.then(
      ({ membership }) => this.memberships.release(membership),
      () => undefined,
    )
  }

  #serverChanged(id: string): void {
    const { servers } = this.#context
    this.#frozen.end(id)
    const server = servers.find(id)
    const opened = this.#opened.get(id)
    if (server?.definition.status !== 'active') {
      this.#release(opened)
      this.#opened.delete(id)
      this.#held.delete(id)
    }
    // When what was used is given back.
    void Promise.allSettled([opened?.held]).then(() => {
      this.memberships.chosen.drop(id)
      if (!server && opened) this.#forget(opened.server)
    })
    this.#tell(id)
  }

  /** Decisions about entries apply at once: also where a view is frozen. */
  #decided(id: string): void {
    this.#frozen.end(id)
    this.#opened.get(id)?.held.then(
      ({ membership }) => {
        for (const type of ENTRY_TYPES) membership.touch(type)
      },
      () => undefined,
    )
    this.#tell(id)
  }

  /** Somebody may use an entry who might not, or the other way round: also where a view is frozen. */
  #permitted(type: EntryType, slot: number): void {
    for (const [id, { membership }] of this.#held) {
      if (this.#frozen.has(id) || membership.members(type).has(slot)) this.#tell(id)
    }
  }

  #policyChanged(before: Policy | undefined, after: Policy | undefined): void {
    this.#tellAll((id) => [before, after].some((policy) => policy && concerns(policy, id)))
  }

  /** Tools to unlock something come and go with what has to be unlocked. */
  #guardChanged(before: Guard | undefined, after: Guard | undefined): void {
    this.#reserve()
    const changed = [before, after].filter((guard) => guard?.definition.kind === 'totp')
    if (changed.length > 0) this.#tellAll(() => true)
  }

  /** With the first group the names of its tools are nobody else's, and with the last one they are. */
  #reserve(): void {
    const { hasCodes } = this.#context.guards
    if (hasCodes === this.#hadCodes) return
    this.#hadCodes = hasCodes
    for (const { membership } of this.#held.values()) membership.touch('tool')
    this.#frozen.endThose(hasGateName)
  }

  #tellAll(isConcerned: (id: string) => boolean): void {
    const ids = ['all', ...this.#context.servers.all().map(({ id }) => id)]
    for (const id of ids.filter(isConcerned)) this.#tell(id)
  }

  /** A server that is made anew under the id of one that was deleted starts without its choices. */
  #forget({ id, rules }: DynamicServer): void {
    const { selections } = this.#context
    for (const key of selectionKeys(id, rules).values()) {
      selections.forget(key).catch(() => undefined)
    }
  }

  #tell(id: string): void {
    for (const listener of this.#listeners) listener(id)
  }
}
