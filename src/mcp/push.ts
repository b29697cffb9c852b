import type { Caller } from '../access/caller.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Resolver } from '../dynamic/resolve.ts'
import type { Servers } from '../dynamic/servers.ts'
import { sameList, type View } from '../dynamic/view.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { ChangedList } from '../sources/upstream/connection.ts'

/** Changes within this time are announced together, in ms. */
const WINDOW = 50

/** The lists MCP announces, and the entry types each is about. */
const LISTS = {
  tools: ['tool'],
  prompts: ['prompt'],
  resources: ['resource', 'resource_template'],
} as const

export interface PushContext {
  readonly catalog: Catalog
  readonly servers: Servers
  readonly resolver: Resolver
  readonly metrics: Metrics
  readonly logger: Logger
  readonly now: () => Date
}

/** Somebody who wants to know when lists of one server change. */
export interface Audience {
  readonly server: string
  announce(list: ChangedList): void
}

interface Watched {
  readonly audiences: Set<Audience>
  /** What clients may have seen last. */
  shown: Promise<View | undefined>
  freezeTimer?: NodeJS.Timeout
}

/** Lists are the same for everybody so far; what differs by caller is not announced here. */
const EVERYBODY: Caller = { id: 'push', kind: 'local' }

/**
 * Tells exactly the clients of those servers whose lists changed: after a change, the lists of
 * servers that somebody watches are compared with what was last announced.
 */
export class Push {
  readonly #context: PushContext
  readonly #watched = new Map<string, Watched>()
  readonly #unsubscribe: readonly (() => void)[]
  #timer: NodeJS.Timeout | undefined

  constructor(context: PushContext) {
    this.#context = context
    this.#unsubscribe = [
      context.catalog.subscribe(() => this.#soon()),
      context.servers.subscribe(() => this.#soon()),
    ]
  }

  /** Starts to compare with what the server shows at this moment. */
  add(audience: Audience): () => void {
    let watched = this.#watched.get(audience.server)
    if (!watched) {
      watched = { audiences: new Set(), shown: this.#view(audience.server) }
      this.#watched.set(audience.server, watched)
      this.#awaitThaw(audience.server, watched)
    }
    watched.audiences.add(audience)
    return () => {
      watched.audiences.delete(audience)
      if (watched.audiences.size > 0) return
      clearTimeout(watched.freezeTimer)
      if (this.#watched.get(audience.server) === watched) this.#watched.delete(audience.server)
    }
  }

  stop(): void {
    clearTimeout(this.#timer)
    for (const { freezeTimer } of this.#watched.values()) clearTimeout(freezeTimer)
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const [server, watched] of this.#watched) void this.#compare(server, watched)
    }, WINDOW)
  }

  async #compare(server: string, watched: Watched): Promise<void> {
    const before = watched.shown
    const next = this.#view(server)
    watched.shown = next
    const [old, view] = await Promise.all([before, next])
    if (!view || !old) {
      // Nothing can be said about a server that cannot be evaluated: compare with the last good one.
      if (!view && watched.shown === next) watched.shown = before
      return
    }
    for (const [list, types] of Object.entries(LISTS)) {
      const same = types.every((type) => sameList(old.lists.get(type)!, view.lists.get(type)!))
      if (same) continue
      const { metrics } = this.#context
      metrics.listChanged.inc({ server: metrics.serverLabel(server), type: list })
      for (const audience of watched.audiences) audience.announce(list as ChangedList)
    }
    this.#awaitThaw(server, watched)
  }

  /** When a frozen membership ends, what was held back becomes visible. */
  #awaitThaw(server: string, watched: Watched): void {
    clearTimeout(watched.freezeTimer)
    void watched.shown.then((view) => {
      if (!view || view.frozenUntil === 0 || watched.audiences.size === 0) return
      const wait = Math.max(1, view.frozenUntil - this.#context.now().getTime() + 1)
      clearTimeout(watched.freezeTimer)
      watched.freezeTimer = setTimeout(() => void this.#compare(server, watched), wait).unref()
    })
  }

  async #view(server: string): Promise<View | undefined> {
    try {
      return await this.#context.resolver.resolve(server, EVERYBODY)
    } catch (error) {
      this.#context.logger.debug({ server, err: error }, 'not compared')
      return undefined
    }
  }
}
