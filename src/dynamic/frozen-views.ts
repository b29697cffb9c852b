import { type Frozen, freeze } from './freeze.ts'
import type { Base } from './permit/permitted-views.ts'
import type { ResolveContext } from './resolve-context.ts'
import type { DynamicServer } from './servers.ts'

/** The views of servers with a `cache_ttl`, each kept for as long as that. */
export class FrozenViews {
  readonly #context: ResolveContext
  readonly #live: (server: DynamicServer) => Promise<Base>
  readonly #frozen = new Map<string, Frozen>()

  /** @param live what is seen of a server now */
  constructor(context: ResolveContext, live: (server: DynamicServer) => Promise<Base>) {
    this.#context = context
    this.#live = live
  }

  async of(server: DynamicServer): Promise<Frozen> {
    const { catalog, metrics, now, servers } = this.#context
    const frozen = this.#current(server)
    if (frozen) {
      metrics.viewRequests.inc({ kind: 'view', result: 'hit' })
      return frozen
    }
    const { view, contended } = await this.#live(server)
    // Somebody who asked at the same time may have frozen it already.
    const again = this.#current(server)
    if (again) return again
    const at = now().getTime()
    const fresh = freeze(server, view, contended, catalog, servers.approvals, at)
    this.#frozen.set(server.id, fresh)
    return fresh
  }

  has(id: string): boolean {
    return this.#frozen.has(id)
  }

  /** Ends a freeze, and answers whether there was one. */
  end(id: string): boolean {
    return this.#frozen.delete(id)
  }

  /** Ends the freezes of views that something is true of. */
  endThose(isOne: (view: Frozen) => boolean): void {
    for (const [id, frozen] of this.#frozen) if (isOne(frozen)) this.#frozen.delete(id)
  }

  #current(server: DynamicServer): Frozen | undefined {
    const frozen = this.#frozen.get(server.id)
    const isCurrent = frozen?.server === server && this.#context.now().getTime() < frozen.until
    return isCurrent ? frozen : undefined
  }
}
