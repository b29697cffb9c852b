import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogWriter } from '../catalog/writer.ts'
import { FacetError, messageOf } from '../errors/facet-error.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { JsonObject } from '../store/ports.ts'
import type { ClientPort } from './client-port.ts'
import type { SourceDefinition } from './definition.ts'
import type { SourceAuthorization } from './oauth/authorization.ts'
import { ConnectionPool } from './pool.ts'
import type { Author, Secrets } from './secrets.ts'
import { initialStatus, type SourceStatus } from './status.ts'
import {
  type ChangedList,
  type Connection,
  connect,
  type Negotiated,
} from './upstream/connection.ts'
import { discover } from './upstream/discover.ts'
import { featuresOf, NO_FEATURES, type UpstreamFeatures } from './upstream/features.ts'
import type { UpstreamLimits } from './upstream/limits.ts'
import { type SyncReport, syncEntries } from './upstream/sync.ts'
import { WatchedResources } from './watched-resources.ts'

/** What supervisors share. */
export interface SupervisorContext {
  readonly catalog: Catalog
  readonly writer: CatalogWriter
  readonly secrets: Secrets
  readonly logger: Logger
  readonly metrics: Metrics
  readonly now: () => Date
  readonly pollMs: number
  readonly limits: UpstreamLimits
}

export interface SupervisedSource {
  readonly id: string
  readonly definition: SourceDefinition
  readonly author: Author
  /** For an upstream that wants OAuth. */
  readonly authorization: SourceAuthorization | undefined
  readonly negotiated: Negotiated | undefined
  /** Told what was learnt about the protocol, to be kept. */
  readonly onNegotiated: (negotiated: Negotiated) => void
}

/**
 * Keeps one upstream connected and its entries current: connects, lists, listens for changes,
 * lists again from time to time, and starts over with growing pauses when something fails. Each
 * source has its own, so none waits for another.
 */
export class Supervisor {
  readonly #context: SupervisorContext
  readonly #source: SupervisedSource
  #status: SourceStatus
  #connection: Connection | undefined
  #negotiated: Negotiated | undefined
  /** Settles when the attempt to connect that is under way has ended, well or not. */
  #attempt = Promise.withResolvers<void>()
  readonly #stop = new AbortController()
  #wake: (() => void) | undefined
  #changed = new Set<ChangedList>()
  #changeTimer: NodeJS.Timeout | undefined
  #syncing: Promise<SyncReport> | undefined
  #features: UpstreamFeatures = NO_FEATURES
  readonly #pool: ConnectionPool
  readonly resources = new WatchedResources()
  readonly #loop: Promise<void>

  constructor(context: SupervisorContext, source: SupervisedSource) {
    this.#context = context
    this.#source = source
    this.#negotiated = source.negotiated
    this.#status = initialStatus('connecting', context.now())
    this.#pool = new ConnectionPool({
      sharing: source.definition.connection,
      connect: (capabilities) => this.#open(this.#negotiated, capabilities, true),
      maxConnections: context.limits.pooledConnections,
      idleMs: context.limits.pooledIdleMs,
    })
    this.#loop = this.#run()
  }

  get status(): SourceStatus {
    return { ...this.#status, authorization: this.#source.authorization?.status ?? null }
  }

  /** The live connection. @throws {FacetError} `source_unavailable`, at once and with the reason. */
  connection(): Connection {
    if (this.#connection) return this.#connection
    const { last_error, since } = this.#status
    const reason = last_error ? `: ${last_error.message}` : ' yet'
    throw new FacetError(
      'source_unavailable',
      `Source ${this.#source.id} is not connected (since ${since})${reason}`,
    )
  }

  get features(): UpstreamFeatures {
    return this.#features
  }

  /**
   * Runs a request on the connection that fits the client it is for.
   *
   * @throws {FacetError} `source_unavailable`
   */
  use<T>(client: ClientPort | undefined, run: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#pool.use(this.connection(), client, run)
  }

  /**
   * Lists everything again now; connects first when the source is down.
   *
   * @throws {FacetError} when it cannot be connected or listed.
   */
  async sync(): Promise<SyncReport> {
    if (!this.#connection) {
      this.#wake?.()
      await this.#attempt.promise
    }
    return this.#sync(this.connection())
  }

  /** Something changed that may let a source that is down come up: tries now. */
  retry(): void {
    if (!this.#connection) this.#wake?.()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#wake?.()
    clearTimeout(this.#changeTimer)
    const connection = this.#connection
    this.#connection = undefined
    await Promise.all([connection?.close(), this.#pool.stop()])
    await this.#loop
    this.#context.metrics.sourceUp.remove({ source: this.#source.id })
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        const connection = await this.#connect()
        await this.#sync(connection)
        this.#source.authorization?.accepted()
        this.#set({ state: 'up', failures: 0, next_attempt_at: null, last_error: null })
        this.#attempt.resolve()
        throw await this.#pollUntilClosed(connection)
      } catch (error) {
        this.#goDown(error)
      }
      const connection = this.#connection
      this.#connection = undefined
      this.resources.attach(undefined)
      await connection?.close()
      const { resolve } = this.#attempt
      this.#attempt = Promise.withResolvers<void>()
      resolve()
      if (!this.#stopped) await this.#pause()
    }
  }

  async #connect(): Promise<Connection> {
    const known = this.#negotiated
    // What was known may be why it failed: the next attempt asks again.
    this.#negotiated = undefined
    const connection = await this.#open(known, {}, false)
    this.#connection = connection
    this.#negotiated = connection.negotiated
    this.#features = featuresOf(connection.capabilities)
    if (connection.negotiated !== known) this.#source.onNegotiated(connection.negotiated)
    const { id } = this.#source
    this.#context.logger.info({ source: id, era: connection.era }, 'source connected')
    this.resources.attach(connection)
    return connection
  }

  #open(
    negotiated: Negotiated | undefined,
    capabilities: JsonObject,
    exclusive: boolean,
  ): Promise<Connection> {
    const { definition, author, authorization } = this.#source
    const { secrets, now, limits } = this.#context
    return connect({
      definition: definition.transport,
      author,
      authorization,
      negotiated,
      secrets,
      now,
      limits,
      capabilities,
      exclusive,
      signal: this.#stop.signal,
      onListChanged: (list) => this.#announce(list),
      onResourceUpdated: (uri) => this.resources.updated(uri),
    })
  }

  /** Lists again from time to time; that a listing fails is also how a silent loss is noticed. */
  async #pollUntilClosed(connection: Connection): Promise<Error> {
    for (;;) {
      const polled = this.#sleep(this.#context.pollMs)
      const reason = await Promise.race([connection.closed, polled])
      if (reason || this.#stopped) {
        this.#wake?.()
        return reason ?? new Error('stopped')
      }
      await this.#sync(connection)
    }
  }

  #announce(list: ChangedList): void {
    this.#changed.add(list)
    this.#changeTimer ??= setTimeout(() => {
      this.#changeTimer = undefined
      const connection = this.#connection
      if (!connection) return
      const only = this.#changed
      this.#changed = new Set()
      this.#sync(connection, only).catch(() => undefined)
    }, this.#context.limits.changeMs)
  }

  /** One listing at a time; a further one waits its turn, so that it sees what came meanwhile. */
  async #sync(connection: Connection, only?: ReadonlySet<ChangedList>): Promise<SyncReport> {
    while (this.#syncing) await this.#syncing.catch(() => undefined)
    this.#syncing = this.#listAndStore(connection, only)
    try {
      return await this.#syncing
    } finally {
      this.#syncing = undefined
    }
  }

  async #listAndStore(
    connection: Connection,
    only?: ReadonlySet<ChangedList>,
  ): Promise<SyncReport> {
    const { id } = this.#source
    const { now, metrics, logger } = this.#context
    const stopTimer = metrics.sourceSyncDuration.startTimer({ source: id })
    try {
      const discovery = await discover(connection, this.#context.limits, only)
      const report = await syncEntries(this.#context, id, discovery)
      const counts = [...discovery.offered].map(([type, entries]) => [type, entries.length])
      const listed = new Set(discovery.offered.keys())
      const skippedBefore = this.#status.skipped.filter(({ type }) => !listed.has(type))
      this.#set({
        last_sync_at: now().toISOString(),
        last_error: null,
        era: connection.era,
        protocol_version: connection.protocolVersion ?? null,
        server: connection.server ?? null,
        entries: { ...this.#status.entries, ...Object.fromEntries(counts) },
        skipped: [...skippedBefore, ...discovery.skipped],
      })
      const moved = report.added + report.changed + report.removed
      if (moved > 0) logger.info({ source: id, ...report }, 'source synchronised')
      return report
    } catch (error) {
      const last_error = { message: messageOf(error), at: now().toISOString() }
      this.#set({ last_error })
      logger.warn({ source: id, reason: last_error.message }, 'source could not be listed')
      if (error instanceof FacetError) throw error
      throw new FacetError('upstream_failed', last_error.message, { cause: error })
    } finally {
      stopTimer()
    }
  }

  #goDown(error: unknown): void {
    if (this.#stopped) return
    const { now, logger } = this.#context
    const failures = this.#status.failures + 1
    const last_error = { message: messageOf(error), at: now().toISOString() }
    const state = this.#source.authorization?.required ? 'authorization_required' : 'down'
    this.#set({ state, failures, last_error })
    logger.warn({ source: this.#source.id, failures, reason: last_error.message }, 'source is down')
  }

  async #pause(): Promise<void> {
    const wait = this.#pauseMs()
    const next = new Date(this.#context.now().getTime() + wait)
    this.#set({ next_attempt_at: next.toISOString() })
    await this.#sleep(wait)
  }

  #pauseMs(): number {
    const { backoffMs, maxBackoffMs, signInMs } = this.#context.limits
    // Only somebody who signs in changes that; what is tried is to show an address that is good.
    const { required, hasToken } = this.#source.authorization ?? {}
    if (required && !hasToken) return signInMs / 2
    const exponent = Math.min(this.#status.failures - 1, 10)
    // Jitter keeps sources that fell together from coming back together.
    return Math.min(backoffMs * 2 ** exponent, maxBackoffMs) * (0.5 + Math.random() / 2)
  }

  #sleep(ms: number): Promise<undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), ms)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve(undefined)
      }
    })
  }

  #set(change: Partial<SourceStatus>): void {
    const since =
      change.state && change.state !== this.#status.state
        ? this.#context.now().toISOString()
        : this.#status.since
    this.#status = { ...this.#status, ...change, since }
    const up = this.#status.state === 'up' ? 1 : 0
    this.#context.metrics.sourceUp.set({ source: this.#source.id }, up)
  }
}
