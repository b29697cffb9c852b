import { type Caller, LOCAL } from '../access/caller.ts'
import type { Narrowing } from '../dynamic/narrow/narrowing.ts'
import type { Looks, Resolver } from '../dynamic/resolve.ts'
import { shownTools } from '../dynamic/search/shown-tools.ts'
import type { View } from '../dynamic/view.ts'
import type { Views } from '../dynamic/views.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { EntryType } from '../rules/fields.ts'
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
  /** What they see of it, when that is not all. */
  readonly narrowing?: Narrowing | undefined
  announce(list: ChangedList): void
}

/** What can be told of a view long after it: equal digests, equal lists. */
interface Shown {
  readonly digests: Readonly<Record<ChangedList, string>>
  readonly frozenUntil: number
}

/** One server as one audience sees it. */
interface Watched {
  readonly server: string
  readonly views: Views
  readonly audiences: Set<Audience>
  /** What clients may have seen last. */
  shown: Promise<Shown | undefined>
  freezeTimer?: NodeJS.Timeout
}

/** Key of those who see all of a server. */
const EVERYTHING = ''

const isNarrowed = (key: string) => key !== EVERYTHING

/** Lists are the same for everybody so far; what differs by caller is not announced here. */
const EVERYBODY: Caller = { ...LOCAL, id: 'push' }

/**
 * Tells exactly the clients of those servers whose lists changed: where something that is seen may
 * have changed, the lists are compared with what was last announced. A server nobody watches costs
 * nothing, and one whose members stayed as they are two numbers to compare.
 */
export class Push {
  readonly #context: PushContext
  /** By server, then by narrowing. */
  readonly #watched = new Map<string, Map<string, Watched>>()
  /** How servers looked when they were last compared. */
  readonly #looks = new Map<string, Looks | undefined>()
  readonly #changed = new Set<string>()
  readonly #unsubscribe: (() => void)[]
  #timer: NodeJS.Timeout | undefined

  constructor(context: PushContext) {
    this.#context = context
    const { resolver } = context
    this.#unsubscribe = [
      resolver.subscribe((server) => {
        if (!this.#watched.has(server)) return
        this.#changed.add(server)
        this.#soon()
      }),
      resolver.onEdit(() => {
        if (this.#watched.size > 0) this.#soon()
      }),
    ]
  }

  /** Starts to compare with what the server shows at this moment. */
  add(audience: Audience): () => void {
    const { server, narrowing } = audience
    const key = narrowing?.key ?? EVERYTHING
    const views = narrowing ?? this.#context.resolver
    let those = this.#watched.get(server)
    if (!those) {
      those = new Map()
      this.#watched.set(server, those)
    }
    let watched = those.get(key)
    if (!watched) {
      watched = { server, views, audiences: new Set(), shown: this.#shown(server, views) }
      those.set(key, watched)
      this.#awaitThaw(watched)
    }
    watched.audiences.add(audience)
    return () => {
      watched.audiences.delete(audience)
      if (watched.audiences.size > 0) return
      clearTimeout(watched.freezeTimer)
      if (those.get(key) === watched) those.delete(key)
      if (those.size > 0 || this.#watched.get(server) !== those) return
      this.#watched.delete(server)
      this.#looks.delete(server)
    }
  }

  stop(): void {
    clearTimeout(this.#timer)
    for (const those of this.#watched.values()) {
      for (const { freezeTimer } of those.values()) clearTimeout(freezeTimer)
    }
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const [server, those] of this.#watched) {
        const look = this.#lookAt(server)
        if (look === 'same') continue
        for (const [key, watched] of those) {
          if (look === 'other' || isNarrowed(key)) void this.#compare(watched)
        }
      }
      this.#changed.clear()
    }, WINDOW)
  }

  /** Whether a server looks other than the last time, or only to those who narrowed it. */
  #lookAt(server: string): 'same' | 'narrowed' | 'other' {
    const before = this.#looks.get(server)
    const now = this.#context.resolver.looks(server)
    this.#looks.set(server, now)
    if (this.#changed.has(server) || before?.membership !== now?.membership) return 'other'
    if (before?.shown !== now?.shown) return 'other'
    return before?.any === now?.any ? 'same' : 'narrowed'
  }

  async #compare(watched: Watched): Promise<void> {
    const { server, views } = watched
    const before = watched.shown
    const next = this.#shown(server, views)
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
    this.#awaitThaw(watched)
  }

  /** When a frozen membership ends, what was held back becomes visible. */
  #awaitThaw(watched: Watched): void {
    clearTimeout(watched.freezeTimer)
    void watched.shown.then((view) => {
      if (!view || view.frozenUntil === 0 || watched.audiences.size === 0) return
      const wait = Math.max(1, view.frozenUntil - this.#context.now().getTime() + 1)
      clearTimeout(watched.freezeTimer)
      watched.freezeTimer = setTimeout(() => void this.#compare(watched), wait).unref()
    })
  }

  async #shown(server: string, views: Views): Promise<Shown | undefined> {
    try {
      return shownOf(await views.resolve(server, EVERYBODY))
    } catch (error) {
      this.#context.logger.debug({ server, err: error }, 'not compared')
      return undefined
    }
  }
}

function shownOf(view: View): Shown {
  const { lists, frozenUntil } = view
  const digestOf = (type: EntryType) =>
    type === 'tool' ? shownTools(view).digest : lists.get(type)!.digest
  const digests = Object.entries(LISTS).map(([list, types]) => [
    list,
    types.map(digestOf).join(' '),
  ])
  return { digests: Object.fromEntries(digests) as Shown['digests'], frozenUntil }
}
