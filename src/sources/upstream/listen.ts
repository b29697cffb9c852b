import type { Client, McpSubscription } from '@modelcontextprotocol/client'
import type { UpstreamLimits } from './limits.ts'

type Filter = Parameters<Client['listen']>[0]

/** What an upstream tells us unasked, as long as it is wanted. */
export interface Listening {
  /** Makes the resources whose updates are wanted exactly these. */
  watch(uris: readonly string[]): Promise<void>
  stop(): Promise<void>
}

/** Keeps a stream open: the client does not open it again by itself. */
class KeptStream {
  readonly #client: Client
  readonly #filter: Filter
  readonly #limits: UpstreamLimits
  #subscription: McpSubscription | undefined
  #stopped = false
  /** Settles when the stream is open, or when the first attempt has failed. */
  readonly opened: Promise<void>

  constructor(client: Client, filter: Filter, limits: UpstreamLimits) {
    this.#client = client
    this.#filter = filter
    this.#limits = limits
    const opened = Promise.withResolvers<void>()
    this.opened = opened.promise
    void this.#loop(opened.resolve)
  }

  async #loop(opened: () => void): Promise<void> {
    const { backoffMs, maxBackoffMs } = this.#limits
    for (let wait = backoffMs; !this.#stopped; wait = Math.min(wait * 2, maxBackoffMs)) {
      this.#subscription = await this.#client.listen(this.#filter).catch(() => undefined)
      opened()
      if (this.#subscription) wait = backoffMs
      if (this.#stopped) await this.#subscription?.close().catch(() => undefined)
      if ((await this.#subscription?.closed) === 'local') return
      if (!this.#stopped) await new Promise((resolve) => setTimeout(resolve, wait).unref())
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#subscription?.close().catch(() => undefined)
  }
}

/** Listens to a current upstream: one stream for its lists, another for watched resources. */
export function listenModern(
  client: Client,
  closed: Promise<Error>,
  limits: UpstreamLimits,
): Listening {
  const { tools, prompts, resources } = client.getServerCapabilities() ?? {}
  const filter = {
    ...(tools?.listChanged ? { toolsListChanged: true } : {}),
    ...(prompts?.listChanged ? { promptsListChanged: true } : {}),
    ...(resources?.listChanged ? { resourcesListChanged: true } : {}),
  }
  const wanted = Object.keys(filter).length > 0
  const lists = wanted ? new KeptStream(client, filter, limits) : undefined
  let watched: KeptStream | undefined
  const stop = async () => {
    await Promise.all([lists?.stop(), watched?.stop()])
  }
  void closed.then(stop)
  return {
    async watch(uris) {
      // The next stream opens before the last one closes, so that no update falls in between.
      const before = watched
      watched =
        uris.length > 0
          ? new KeptStream(client, { resourceSubscriptions: [...uris] }, limits)
          : undefined
      await watched?.opened
      await before?.stop()
    },
    stop,
  }
}

/** Listens to an upstream from before 2026-07-28, which is told of each resource by a request. */
export function listenLegacy(client: Client): Listening {
  let watched: ReadonlySet<string> = new Set()
  return {
    async watch(uris) {
      const before = watched
      const after = new Set(uris)
      watched = after
      const gone = [...before].filter((uri) => !after.has(uri))
      const added = uris.filter((uri) => !before.has(uri))
      const left = gone.map((uri) => client.unsubscribeResource({ uri }).catch(() => undefined))
      await Promise.all([...left, ...added.map((uri) => client.subscribeResource({ uri }))])
    },
    stop: async () => undefined,
  }
}
