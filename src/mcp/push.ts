import type { Caller } from '../access/caller.ts'
import type { Narrowing } from '../dynamic/narrow/narrowing.ts'
import type { Looks, Resolver } from '../dynamic/resolve.ts'
import { shownTools } from '../dynamic/search/shown-tools.ts'
import type { View } from '../dynamic/view.ts'
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
  /** Who they are by now. */
  caller(): Caller
  /** What they see of it, when that is not all. */
  readonly narrowing?: Narrowing | undefined
  announce(list: ChangedList): void
}

/** What can be told of a view long after it: equal digests, equal lists. */
interface Shown {
  readonly digests: Readonly<Record<ChangedList, string>>
  readonly frozenUntil: number
}

/** An audience, and what it may have seen last. */
interface Watcher {
  readonly audience: Audience
  shown: Promise<Shown | undefined>
}

interface WatchedServer {
  readonly watchers: Set<Watcher>
  thaw?: { readonly at: number; readonly timer: NodeJS.Timeout }
}

/** Key of those who see all of a server. */
const EVERYTHING = ' '

/**
 * Tells exactly those clients whose lists changed: where something that is seen may have changed,
 * the lists are compared with what was last announced, once for all who see the same. A server
 * nobody watches costs nothing, and one whose members stayed as they are two numbers to compare.
 */
export class Push {
  readonly #context: PushContext
  readonly #watched = new Map<string, WatchedServer>()
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
    const { server } = audience
    let watched = this.#watched.get(server)
    if (!watched) {
      watched = { watchers: new Set() }
      this.#watched.set(server, watched)
    }
    const { watchers } = watched
    const watcher = { audience, shown: this.#shown(audience) }
    watchers.add(watcher)
    this.#awaitThaw(server, watcher.shown)
    return () => {
      watchers.delete(watcher)
      if (watchers.size > 0 || this.#watched.get(server)?.watchers !== watchers) return
      clearTimeout(this.#watched.get(server)?.thaw?.timer)
      this.#watched.delete(server)
      this.#looks.delete(server)
    }
  }

  stop(): void {
    clearTimeout(this.#timer)
    for (const { thaw } of this.#watched.values()) clearTimeout(thaw?.timer)
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const server of this.#watched.keys()) {
        const look = this.#lookAt(server)
        if (look !== 'same') this.#compareAll(server, look === 'other')
      }
      this.#changed.clear()
    }, WINDOW)
  }

  /** Whether a server looks other than the last time, or only to those who see a part of it. */
  #lookAt(server: string): 'same' | 'partly' | 'other' {
    const before = this.#looks.get(server)
    const now = this.#context.resolver.looks(server)
    this.#looks.set(server, now)
    if (this.#changed.has(server) || before?.membership !== now?.membership) return 'other'
    if (before?.shown !== now?.shown) return 'other'
    return before?.any === now?.any ? 'same' : 'partly'
  }

  /** @param wasShown whether something changed that all who list the server could see */
  #compareAll(server: string, wasShown: boolean): void {
    const { watchers } = this.#watched.get(server) ?? { watchers: [] }
    const groups = Map.groupBy(watchers, ({ audience }) => this.#keyOf(audience))
    for (const [key, group] of groups) {
      if (wasShown || key !== EVERYTHING) void this.#compare(server, group)
    }
  }

  /** Compares for watchers who see the same now, whatever they saw before. */
  async #compare(server: string, group: readonly Watcher[]): Promise<void> {
    const next = this.#shown(group[0]!.audience)
    const before = group.map((watcher) => watcher.shown)
    for (const watcher of group) watcher.shown = next
    const view = await next
    const changed = new Set<ChangedList>()
    for (const [i, watcher] of group.entries()) {
      const old = await before[i]!
      // Nothing can be said about a server that cannot be evaluated: compare with the last good one.
      if (!view && watcher.shown === next) watcher.shown = before[i]!
      if (!view || !old) continue
      for (const list of Object.keys(LISTS) as ChangedList[]) {
        if (old.digests[list] === view.digests[list]) continue
        changed.add(list)
        watcher.audience.announce(list)
      }
    }
    const { metrics } = this.#context
    for (const type of changed) {
      metrics.listChanged.inc({ server: metrics.serverLabel(server), type })
    }
    this.#awaitThaw(server, next)
  }

  /** When a frozen membership ends, what was held back becomes visible. */
  #awaitThaw(server: string, shown: Promise<Shown | undefined>): void {
    void shown.then((view) => {
      const watched = this.#watched.get(server)
      if (!view || view.frozenUntil === 0 || !watched) return
      if (watched.thaw?.at === view.frozenUntil) return
      clearTimeout(watched.thaw?.timer)
      const wait = Math.max(1, view.frozenUntil - this.#context.now().getTime() + 1)
      const timer = setTimeout(() => {
        delete watched.thaw
        this.#compareAll(server, true)
      }, wait).unref()
      watched.thaw = { at: view.frozenUntil, timer }
    })
  }

  /** Equal for those who see the same. */
  #keyOf(audience: Audience): string {
    const { server, narrowing } = audience
    try {
      const signature = this.#context.resolver.signatureOf(server, audience.caller())
      return `${narrowing?.key ?? ''} ${signature}`
    } catch {
      // It cannot be evaluated for any of them.
      return 'unusable'
    }
  }

  async #shown(audience: Audience): Promise<Shown | undefined> {
    const { server, narrowing } = audience
    const { resolver } = this.#context
    try {
      return shownOf(await (narrowing ?? resolver).resolve(server, audience.caller()))
    } catch (error) {
      this.#context.logger.debug({ server, err: error }, 'not compared')
      return undefined
    }
  }
}

const known = new WeakMap<View, Shown>()

/** Made once for each view, so that thousands who see it keep one. */
function shownOf(view: View): Shown {
  let shown = known.get(view)
  if (!shown) {
    shown = look(view)
    known.set(view, shown)
  }
  return shown
}

function look(view: View): Shown {
  const { listed, frozenUntil } = view
  const digestOf = (type: EntryType) =>
    type === 'tool' ? shownTools(view).digest : listed.get(type)!.digest
  const digests = Object.entries(LISTS).map(([list, types]) => [
    list,
    types.map(digestOf).join(' '),
  ])
  return { digests: Object.fromEntries(digests) as Shown['digests'], frozenUntil }
}
