import type { Caller } from '../access/caller.ts'
import { FacetError } from '../errors/facet-error.ts'
import { ENTRY_TYPES } from '../rules/fields.ts'
import { type Frozen, freeze, withoutGone } from './freeze.ts'
import { Held } from './held.ts'
import { type MembershipContext, Memberships } from './membership/memberships.ts'
import type { DynamicServer, Servers } from './servers.ts'
import type { View } from './view.ts'

export interface ResolveContext extends MembershipContext {
  readonly servers: Servers
  readonly now: () => Date
}

/** Told the id of a server whenever what clients see of it may have changed. */
export type ViewListener = (server: string) => void

interface Opened {
  readonly server: DynamicServer
  readonly held: Promise<Held>
}

/**
 * The one function behind every list, call, preview and notification.
 *
 * The membership of a server is worked out at first use and kept up to date from then on; a view
 * is made from it when it is asked for and shared until something in it changes. Servers with a
 * `cache_ttl` keep their view for that long, except for what was deleted or disabled.
 */
export class Resolver {
  readonly memberships: Memberships
  readonly #context: ResolveContext
  readonly #opened = new Map<string, Opened>()
  readonly #frozen = new Map<string, Frozen>()
  readonly #listeners = new Set<ViewListener>()

  constructor(context: ResolveContext) {
    this.#context = context
    this.memberships = new Memberships(context)
    context.servers.subscribe((id) => this.#serverChanged(id))
  }

  /**
   * What a caller sees of a server now.
   *
   * @throws {FacetError} `not_found`, `not_active` for a draft, or why it cannot be evaluated.
   */
  async resolve(id: string, _caller: Caller): Promise<View> {
    const server = this.#context.servers.get(id)
    if (server.definition.status !== 'active') {
      throw new FacetError('not_active', `${id} is a draft: preview it, or activate it first.`)
    }
    return server.definition.cache_ttl > 0 ? this.#frozenView(server) : this.#liveView(server)
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
      if (!this.memberships.isSettled) await this.memberships.settled()
      // The server may have been changed meanwhile: what was given back is not kept up to date.
      if (!held.membership.isClosed) return held
    }
  }

  /** Ends a freeze: the next list is evaluated anew. */
  refresh(id: string): void {
    this.#context.servers.get(id)
    if (this.#frozen.delete(id)) this.#tell(id)
  }

  subscribe(listener: ViewListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  stop(): void {
    this.memberships.stop()
  }

  async #liveView(server: DynamicServer): Promise<View> {
    const held = await this.hold(server)
    const { metrics, now } = this.#context
    const { view, result } = held.view(now().getTime())
    metrics.viewRequests.inc({ kind: 'view', result })
    if (result === 'hit') return view
    const label = { server: metrics.serverLabel(server.id) }
    for (const type of ENTRY_TYPES) {
      metrics.serverEntries.set({ ...label, type }, view.lists.get(type)!.length)
    }
    metrics.serverTrimmed.set(label, view.trimmed.length)
    metrics.serverShadowed.set(label, view.shadowed.length)
    return view
  }

  async #frozenView(server: DynamicServer): Promise<View> {
    const { catalog, metrics, now } = this.#context
    const frozen = this.#frozen.get(server.id)
    if (frozen?.server === server && now().getTime() < frozen.until) {
      metrics.viewRequests.inc({ kind: 'view', result: 'hit' })
      return withoutGone(frozen, catalog)
    }
    const view = await this.#liveView(server)
    const again = this.#frozen.get(server.id)
    // Somebody who asked at the same time may have frozen it already.
    if (again?.server === server && now().getTime() < again.until)
      return withoutGone(again, catalog)
    const fresh = freeze(server, view, catalog, now().getTime())
    this.#frozen.set(server.id, fresh)
    return fresh.view
  }

  #open(server: DynamicServer): Promise<Held> {
    const opened = this.#opened.get(server.id)
    if (opened?.server === server) return opened.held
    const { catalog } = this.#context
    const held = this.memberships.open(server.rules).then((membership) => {
      membership.subscribe(() => this.#tell(server.id))
      return new Held(server, membership, catalog)
    })
    this.#opened.set(server.id, { server, held })
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

  #release(opened: Opened | undefined): void {
    opened?.held.then(
      ({ membership }) => this.memberships.release(membership),
      () => undefined,
    )
  }

  #serverChanged(id: string): void {
    const { servers } = this.#context
    this.#frozen.delete(id)
    const server = servers.find(id)
    if (server?.definition.status !== 'active') {
      this.#release(this.#opened.get(id))
      this.#opened.delete(id)
    }
    this.#tell(id)
  }

  #tell(id: string): void {
    for (const listener of this.#listeners) listener(id)
  }
}
