import type { Caller } from '../access/caller.ts'
import type { Resolver } from '../dynamic/resolve.ts'
import type { View } from '../dynamic/view.ts'
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

/** What can be told of a view long after it: equal digests, equal lists. */
interface Shown {
  readonly digests: Readonly<Record<ChangedList, string>>
  readonly frozenUntil: number
}

interface Watched {
  readonly audiences: Set<Audience>
  /** What clients may have seen last. */
  shown: Promise<Shown | undefined>
  freezeTimer?: NodeJS.Timeout
}

/** Lists are the same for everybody so far; what differs by caller is not announced here. */
const EVERYBODY: Caller = { id: 'push', kind: 'local' }

/**
 * Tells exactly the clients of those servers whose lists changed: where something that is seen may
 * have changed, the lists are compared with what was last announced. Other servers are not looked at.
 */
export class Push {
  readonly #context: PushContext
  readonly #watched = new Map<string, Watched>()
  readonly #changed = new Set<string>()
  readonly #unsubscribe: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(context: PushContext) {
    this.#context = context
    this.#unsubscribe = context.resolver.subscribe((server) => this.#soon(server))
  }

  /** Starts to compare with what the server shows at this moment. */
  add(audience: Audience): () => void {
    let watched = this.#watched.get(audience.server)
    if (!watched) {
      watched = { audiences: new Set(), shown: this.#shown(audience.server) }
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
    this.#unsubscribe()
  }

  #soon(server: string): void {
    if (!this.#watched.has(server)) return
    this.#changed.add(server)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const changed = [...this.#changed]
      this.#changed.clear()
      for (const id of changed) {
        const watched = this.#watched.get(id)
        if (watched) void this.#compare(id, watched)
      }
    }, WINDOW)
  }

  async #compare(server: string, watched: Watched): Promise<void> {
    const before = watched.shown
    const next = this.#shown(server)
    watched.shown = next
    const [old, view] = await Promise.all([before, next])
    if (!view || !old) {
      // Nothing can be said about a server that cannot be evaluated: compare with the last good one.
      if (!view && watched.shown === next) watched.shown = before
      return
    }
    for (const list of Object.keys(LISTS) as ChangedList[]) {
      if (old.digests[list] === view.digests[list]) continue
      const { metrics } = this.#context
      metrics.listChanged.inc({ server: metrics.serverLabel(server), type: list })
      for (const audience of watched.audiences) audience.announce(list)
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

  async #shown(server: string): Promise<Shown | undefined> {
    try {
      return shownOf(await this.#context.resolver.resolve(server, EVERYBODY))
    } catch (error) {
      this.#context.logger.debug({ server, err: error }, 'not compared')
      return undefined
    }
  }
}

function shownOf({ lists, frozenUntil }: View): Shown {
  const digests = Object.entries(LISTS).map(([list, types]) => [
    list,
    types.map((type) => lists.get(type)!.digest).join(' '),
  ])
  return { digests: Object.fromEntries(digests) as Shown['digests'], frozenUntil }
}
