import type { Catalog } from '../catalog/catalog.ts'
import { MANUAL, type SourceInfo } from '../catalog/entry.ts'
import type { CatalogWriter } from '../catalog/writer.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { JsonObject, Origin, RecordStore, SourceRecord } from '../store/ports.ts'
import { type SourceDefinition, sourceDefinition } from './definition.ts'
import type { Authorizations } from './oauth/authorizations.ts'
import { secretsOf } from './oauth/settings.ts'
import type { Upstream } from './run.ts'
import type { Author, Destination, Secrets } from './secrets.ts'
import { initialStatus, type SourceStatus } from './status.ts'
import { Supervisor, type SupervisorContext } from './supervisor.ts'
import type { Negotiated } from './upstream/connection.ts'
import type { UpstreamFeatures } from './upstream/features.ts'
import type { SyncReport } from './upstream/sync.ts'

/** Ids a source cannot have: one is built in, the other is an address. */
export const RESERVED_SOURCE_IDS: readonly string[] = [MANUAL, 'import']

export interface SourcesOptions extends SupervisorContext {
  readonly store: RecordStore<SourceRecord>
  readonly allowStdioOverRest: boolean
  readonly authorizations: Authorizations
}

const STDIO_ADVICE =
  'Set commands in the configuration file, or with facet import on the machine of the service, or allow them with allow_stdio_over_rest.'

/** A source with how it is doing. */
export interface Source {
  readonly record: SourceRecord
  readonly definition: SourceDefinition
  readonly status: SourceStatus
}

interface Held {
  record: SourceRecord
  definition: SourceDefinition
  supervisor: Supervisor | undefined
}

/** All sources but the built-in one: their definitions, their connections and their health. */
export class Sources {
  readonly #options: SourcesOptions
  readonly #held = new Map<string, Held>()
  /** Changes of sources happen one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SourcesOptions) {
    this.#options = options
  }

  get catalog(): Catalog {
    return this.#options.catalog
  }

  get writer(): CatalogWriter {
    return this.#options.writer
  }

  get secrets(): Secrets {
    return this.#options.secrets
  }

  now(): Date {
    return this.#options.now()
  }

  /** In order of creation. */
  all(): Source[] {
    return [...this.#held.values()]
      .sort((a, b) => a.record.sequence - b.record.sequence)
      .map((held) => this.#shown(held))
  }

  find(id: string): Source | undefined {
    const held = this.#held.get(id)
    return held && this.#shown(held)
  }

  /** @throws {FacetError} `not_found` */
  get(id: string): Source {
    const source = this.find(id)
    if (source) return source
    throw new FacetError('not_found', `There is no source ${JSON.stringify(id)}.`)
  }

  nextSequence(): number {
    return 1 + Math.max(0, ...[...this.#held.values()].map(({ record }) => record.sequence))
  }

  /** Runs a change of sources when those before it are done. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Takes a source over as it is stored, without connecting. */
  adopt(record: SourceRecord, definition: SourceDefinition): void {
    this.#held.set(record.id, { record, definition, supervisor: undefined })
    this.#options.catalog.setSource(infoOf(record, definition))
  }

  /** Stores a source and connects it anew. */
  async put(record: SourceRecord, definition: SourceDefinition): Promise<Source> {
    await this.#options.store.put(record)
    const before = this.#held.get(record.id)
    const reconnect = !before || connectsAnew(before.definition, definition)
    const held = { record, definition, supervisor: before?.supervisor }
    this.#held.set(record.id, held)
    this.#options.catalog.setSource(infoOf(record, definition))
    if (reconnect) {
      await held.supervisor?.stop()
      held.supervisor = undefined
      this.connect(record.id)
    }
    return this.#shown(held)
  }

  async remove(id: string): Promise<void> {
    const held = this.#held.get(id)
    if (!held) return
    await held.supervisor?.stop()
    held.supervisor = undefined
    try {
      const remove = this.#options.catalog.recordsOf(id).map((record) => record.id)
      await this.#options.writer.commit({ put: [], remove })
      await this.#options.store.remove(id)
    } catch (error) {
      // It stays: connected again, it also lists again what is gone already.
      this.connect(id)
      throw error
    }
    this.#held.delete(id)
    this.#options.authorizations.drop(id)
    this.#options.catalog.removeSource(id)
  }

  /** Starts to keep a source connected, in the background. */
  connect(id: string): void {
    const held = this.#held.get(id)!
    if (!held.definition.enabled || held.supervisor) return
    const author = authorOf(held.record.origin)
    held.supervisor = new Supervisor(this.#options, {
      id,
      definition: held.definition,
      author,
      authorization: this.#options.authorizations.of(id, held.definition, author),
      negotiated: (held.record.negotiated ?? undefined) as Negotiated | undefined,
      onNegotiated: (negotiated) => this.#remember(id, negotiated),
    })
  }

  /**
   * The upstream of a source, to run requests on.
   *
   * @throws {FacetError} `source_unavailable`
   */
  upstream(id: string): Upstream {
    const held = this.#held.get(id)
    if (!held?.supervisor) throw new FacetError('source_unavailable', `Source ${id} is disabled.`)
    const { supervisor, definition } = held
    return {
      timeoutMs: definition.timeout_ms,
      use: (client, run) => supervisor.use(client, run),
      watch: (uri, listener) => supervisor.resources.add(uri, listener),
    }
  }

  /** What the upstream of a source can do, as far as it is known. */
  features(id: string): UpstreamFeatures | undefined {
    return this.#held.get(id)?.supervisor?.features
  }

  /** @throws {FacetError} `not_found`, `source_unavailable`, or why it could not be listed. */
  async sync(id: string): Promise<SyncReport> {
    const held = this.#held.get(id)
    if (!held) this.get(id)
    if (!held?.supervisor) throw new FacetError('source_unavailable', `Source ${id} is disabled.`)
    return held.supervisor.sync()
  }

  /**
   * Ends a sign-in with what the browser brought back, and connects the source.
   *
   * @returns the id of the source
   * @throws {FacetError} `sign_in_unknown`, `sign_in_failed`.
   */
  finishSignIn(answer: URLSearchParams): Promise<string> {
    const { authorizations } = this.#options
    return authorizations.finish(answer, (id) => this.#held.get(id)?.supervisor?.retry())
  }

  /**
   * Forgets what an authorization server gave for a source, and begins again.
   *
   * @throws {FacetError} `not_found`
   */
  signOut(id: string): Promise<void> {
    return this.alone(async () => {
      const { definition, record } = this.get(id)
      const author = authorOf(record.origin)
      const authorization = this.#options.authorizations.of(id, definition, author)
      if (!authorization) {
        throw new FacetError('not_found', `Source ${id} does not sign in with OAuth.`)
      }
      const held = this.#held.get(id)!
      await held.supervisor?.stop()
      held.supervisor = undefined
      await authorization.forget()
      this.connect(id)
    })
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#held.values()].map(({ supervisor }) => supervisor?.stop()))
  }

  /**
   * Refuses a definition that may not be set by this author.
   *
   * @throws {FacetError} `stdio_forbidden`, `unknown_secret`, `literal_secret`.
   */
  check(definition: SourceDefinition, origin: Origin): void {
    const { transport } = definition
    const author = authorOf(origin)
    if (transport.type === 'stdio' && origin === 'rest' && !this.#options.allowStdioOverRest) {
      throw new FacetError(
        'stdio_forbidden',
        'A command runs with the rights of the service, so it cannot be set over REST.',
        { errors: [{ path: 'transport.type', message: STDIO_ADVICE }] },
      )
    }
    const stdio = transport.type === 'stdio'
    const to: Destination = stdio
      ? { kind: 'stdio' }
      : { kind: 'http', url: new URL(transport.url) }
    const [values, at] = stdio ? [transport.env, 'env'] : [transport.headers, 'headers']
    this.#options.secrets.check(values ?? {}, author, to, `transport.${at}`)
    if (stdio || !transport.auth) return
    const { issuer = transport.url } = transport.auth
    const issuerIs: Destination = { kind: 'http', url: new URL(issuer) }
    this.#options.secrets.check(secretsOf(transport.auth), author, issuerIs, 'transport.auth')
  }

  #remember(id: string, negotiated: Negotiated): void {
    void this.alone(async () => {
      const held = this.#held.get(id)
      if (!held) return
      held.record = { ...held.record, negotiated: negotiated as unknown as JsonObject }
      await this.#options.store.put(held.record)
    }).catch((error: unknown) => {
      // Only speed is lost: the next start asks the upstream again.
      this.#options.logger.warn({ source: id, err: error }, 'protocol verdict not kept')
    })
  }

  #shown({ record, definition, supervisor }: Held): Source {
    const status = supervisor?.status ?? initialStatus('disabled', this.now())
    return { record, definition, status }
  }
}

/** The command line is trusted to run commands, but like REST not with any variable. */
function authorOf(origin: Origin): Author {
  return origin === 'config' ? 'config' : 'rest'
}

/** What the catalog shows of a source. */
export function infoOf(
  record: SourceRecord,
  { tags, prefix, trusted }: SourceDefinition,
): SourceInfo {
  const { id, sequence } = record
  return { id, sequence, tags, federated: true, prefix: prefix ?? id, trusted }
}

/** Whether a change of a source ends its connection. */
export function connectsAnew(before: SourceDefinition, after: SourceDefinition): boolean {
  return (
    before.enabled !== after.enabled ||
    before.connection !== after.connection ||
    JSON.stringify(before.transport) !== JSON.stringify(after.transport)
  )
}

/** Reads a definition back from its record. */
export function definitionOf(record: SourceRecord): SourceDefinition {
  return sourceDefinition.parse(record.definition)
}
