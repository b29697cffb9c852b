import type { Caller } from '../access/caller.ts'
import { FacetError } from '../errors/facet-error.ts'
import { ENTRY_TYPES } from '../rules/fields.ts'
import { type SelectContext, select } from './select.ts'
import type { DynamicServer, Servers } from './servers.ts'
import { arrange, type Listed, type View } from './view.ts'

export interface ResolveContext extends SelectContext {
  readonly servers: Servers
  readonly now: () => Date
}

/** What is remembered of the last evaluation of a server. */
interface Remembered {
  readonly server: DynamicServer
  readonly revision: number
  readonly view: Promise<View>
}

/**
 * The one function behind every list, call, preview and notification.
 *
 * A view is made once for a revision of the catalog and a version of the server and shared from
 * then on; callers that ask meanwhile wait for the same evaluation. Servers with a `cache_ttl`
 * keep their membership for that long, except for what was deleted or disabled.
 */
export class Resolver {
  readonly #context: ResolveContext
  readonly #remembered = new Map<string, Remembered>()
  readonly #frozen = new Map<string, Remembered>()

  constructor(context: ResolveContext) {
    this.#context = context
    context.servers.subscribe((id) => this.forget(id))
  }

  /**
   * What a caller sees of a server now.
   *
   * @throws {FacetError} `not_found`, `not_active` for a draft, or why it cannot be evaluated.
   */
  async resolve(id: string, _caller: Caller): Promise<View> {
    const { servers, metrics } = this.#context
    const server = servers.get(id)
    if (server.definition.status !== 'active') {
      throw new FacetError('not_active', `${id} is a draft: preview it, or activate it first.`)
    }
    if (server.problem !== undefined) {
      throw new FacetError('server_unusable', `${id} cannot be evaluated: ${server.problem}`)
    }
    const view =
      server.definition.cache_ttl > 0 ? await this.#frozenView(server) : await this.#live(server)
    const label = { server: metrics.serverLabel(id) }
    for (const type of ENTRY_TYPES) {
      metrics.serverEntries.set({ ...label, type }, view.lists.get(type)!.length)
    }
    return view
  }

  /** Ends a freeze: the next list is evaluated anew. */
  refresh(id: string): void {
    this.#context.servers.get(id)
    this.forget(id)
  }

  forget(id: string): void {
    this.#remembered.delete(id)
    this.#frozen.delete(id)
  }

  #live(server: DynamicServer): Promise<View> {
    const { catalog, metrics } = this.#context
    const known = this.#remembered.get(server.id)
    const hit = known?.server === server && known.revision === catalog.revision
    metrics.viewRequests.inc({ kind: 'membership', result: hit ? 'hit' : 'miss' })
    if (hit) return known.view
    const remembered = { server, revision: catalog.revision, view: this.#evaluate(server) }
    this.#remembered.set(server.id, remembered)
    // A failure is not remembered: the next request tries again.
    remembered.view.catch(() => {
      if (this.#remembered.get(server.id) === remembered) this.#remembered.delete(server.id)
    })
    return remembered.view
  }

  async #frozenView(server: DynamicServer): Promise<View> {
    const { catalog, now } = this.#context
    const frozen = this.#frozen.get(server.id)
    if (frozen?.server === server) {
      const view = await frozen.view
      if (now().getTime() < view.frozenUntil) return this.#withoutGone(frozen, view)
    }
    const view = this.#live(server).then((live) => ({
      ...live,
      frozenUntil: now().getTime() + server.definition.cache_ttl * 1000,
    }))
    const remembered = { server, revision: catalog.revision, view }
    this.#frozen.set(server.id, remembered)
    view.catch(() => {
      if (this.#frozen.get(server.id) === remembered) this.#frozen.delete(server.id)
    })
    return view
  }

  /** Deleting and disabling apply at once, also to what is frozen. */
  #withoutGone(frozen: Remembered, view: View): View {
    const { catalog } = this.#context
    if (frozen.revision === catalog.revision) return view
    const isThere = ({ entry }: Listed) => catalog.get(entry.record.id)?.document.enabled === true
    const lists = new Map([...view.lists].map(([type, list]) => [type, list.filter(isThere)]))
    return { ...view, lists }
  }

  async #evaluate(server: DynamicServer): Promise<View> {
    const at = this.#context.now().getTime()
    const selection = await select(this.#context, server.rules)
    return {
      server: server.id,
      definition: server.definition,
      ...arrange(server.definition, selection),
      rules: selection.rules,
      at,
      frozenUntil: 0,
    }
  }
}
