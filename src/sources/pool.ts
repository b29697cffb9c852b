import { FacetError } from '../errors/facet-error.ts'
import type { JsonObject } from '../store/ports.ts'
import type { ClientPort } from './client-port.ts'
import { relayable } from './relay.ts'
import type { Connection } from './upstream/connection.ts'
import { isLostSession } from './upstream/failures.ts'

export interface PoolOptions {
  /** `per_client`: an upstream that keeps state for whoever is connected. */
  readonly sharing: 'shared' | 'per_client'
  /** Connects for one client, with what it can do. */
  readonly connect: (capabilities: JsonObject) => Promise<Connection>
  readonly maxConnections: number
  readonly idleMs: number
}

interface Pooled {
  /** Without one, because the upstream refuses a further one, the first has to do. */
  readonly connection: Promise<Connection | undefined>
  idle: NodeJS.Timeout | undefined
  lastUsed: number
  users: number
}

/**
 * Connections to one upstream that serve one client each, beside the one that lists and listens:
 * for an upstream that keeps state for whoever is connected, and for clients that an upstream from
 * before 2026-07-28 may ask something.
 */
export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #pooled = new Map<string, Pooled>()
  #stopped = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /**
   * Runs a request on the connection that fits its client.
   *
   * @throws {FacetError} `source_unavailable` when there is none and none can be made.
   */
  async use<T>(
    main: Connection,
    client: ClientPort | undefined,
    run: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const capabilities = client && this.#wanted(main, client)
    if (!capabilities) return run(main)
    const known = this.#pooled.get(client.key)
    if (!known && !this.#hasRoom()) {
      if (this.#options.sharing === 'shared') return run(main)
      throw new FacetError('source_unavailable', 'All connections to the source are in use.')
    }
    const pooled = known ?? this.#open(client, capabilities)
    try {
      return await this.#run(client.key, pooled, main, run)
    } catch (error) {
      if (!known || !isLostSession(error)) throw error
      // Sessions that are not used for a while end; with a new one the request is the first.
      this.#closeThis(client.key, known)
      return this.use(main, client, run)
    }
  }

  async #run<T>(
    key: string,
    pooled: Pooled,
    main: Connection,
    run: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    pooled.users++
    clearTimeout(pooled.idle)
    try {
      return await run((await pooled.connection) ?? main)
    } finally {
      pooled.users--
      pooled.lastUsed = Date.now()
      if (pooled.users === 0) this.#awaitIdle(key, pooled)
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([...this.#pooled.keys()].map((key) => this.#close(key)))
  }

  /**
   * The connection a client should have for itself, if any. Upstreams from before 2026-07-28 are
   * told once what their client can do, and mostly ask without saying in which of its calls: what
   * they ask can only be meant for one client when nobody else is on the connection.
   */
  #wanted({ era, wire }: Connection, client: ClientPort): JsonObject | undefined {
    const capabilities = era === 'legacy' && client.ask ? relayable(client) : {}
    if (this.#options.sharing === 'per_client') return capabilities
    // A command would be started once more for every client: that has to be asked for.
    if (wire === 'stdio' || Object.keys(capabilities).length === 0) return undefined
    return capabilities
  }

  #open(client: ClientPort, capabilities: JsonObject): Pooled {
    const { key, gone } = client
    const { sharing, connect } = this.#options
    const connection = connect(capabilities).catch((error: unknown) => {
      if (sharing === 'per_client') throw error
      return undefined
    })
    const pooled: Pooled = { connection, idle: undefined, lastUsed: Date.now(), users: 0 }
    this.#pooled.set(key, pooled)
    const close = () => this.#closeThis(key, pooled)
    connection.then((own) => own?.closed.then(close), close)
    gone?.addEventListener('abort', close, { once: true })
    return pooled
  }

  /** Whether one more fits, when the idlest that nobody uses has made room for it. */
  #hasRoom(): boolean {
    if (this.#stopped) return false
    if (this.#pooled.size < this.#options.maxConnections) return true
    const idle = [...this.#pooled].filter(([, { users }]) => users === 0)
    const [idlest] = idle.sort(([, a], [, b]) => a.lastUsed - b.lastUsed)
    if (idlest) void this.#close(idlest[0])
    return idlest !== undefined
  }

  #awaitIdle(key: string, pooled: Pooled): void {
    clearTimeout(pooled.idle)
    pooled.idle = setTimeout(() => this.#closeThis(key, pooled), this.#options.idleMs).unref()
  }

  #closeThis(key: string, pooled: Pooled): void {
    if (this.#pooled.get(key) === pooled) void this.#close(key)
  }

  async #close(key: string): Promise<void> {
    const pooled = this.#pooled.get(key)
    if (!pooled) return
    this.#pooled.delete(key)
    clearTimeout(pooled.idle)
    const connection = await pooled.connection.catch(() => undefined)
    await connection?.close()
  }
}
