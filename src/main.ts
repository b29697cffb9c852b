import { randomBytes } from 'node:crypto'
import { createServer, type Server as HttpServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Accounts } from './access/accounts.ts'
import { createAccess } from './access/create-access.ts'
import { createEvents } from './access/events/create-events.ts'
import { learnGrants } from './access/events/learn-grants.ts'
import { Redactor } from './access/events/redact.ts'
import { loadGuards } from './access/guards/load-guards.ts'
import { ChangeRights } from './access/policies/change-rights.ts'
import { loadPolicies } from './access/policies/load.ts'
import { createRequestGuard } from './access/request-guard.ts'
import { createStanding } from './access/standing.ts'
import { hasAuth } from './access/tokens/settings.ts'
import { Catalog } from './catalog/catalog.ts'
import type { CatalogContext } from './catalog/verbs.ts'
import { CatalogWriter } from './catalog/writer.ts'
import { refuseOpenDoor } from './config/refuse-open-door.ts'
import type { Settings } from './config/settings.ts'
import { doorOf } from './dynamic/door-of.ts'
import { CallGuards } from './dynamic/guards/call-guards.ts'
import { keepInUse } from './dynamic/membership/keep-in-use.ts'
import { overrideErrors } from './dynamic/overrides/check.ts'
import { Pages } from './dynamic/pages.ts'
import { createReasons } from './dynamic/permit/reasons.ts'
import { Resolver } from './dynamic/resolve.ts'
import type { ResolveContext } from './dynamic/resolve-context.ts'
import { startReview } from './dynamic/review/start.ts'
import { RulesDirectory } from './dynamic/rules-directory.ts'
import { FoundThenCalled } from './dynamic/search/found-then-called.ts'
import { Servers } from './dynamic/servers.ts'
import { type App, createApp } from './http/app.ts'
import type { Activity } from './http/context.ts'
import { addressOf, closeServer, listenOn } from './http/listen.ts'
import { McpEndpoint } from './mcp/endpoint.ts'
import { createFastListener } from './mcp/fast/listener.ts'
import { createLogger, type Logger } from './observability/logger.ts'
import { createMetrics, type Metrics } from './observability/metrics.ts'
import { measuring } from './selection/measuring.ts'
import { followCatalog } from './selection/search/follow-catalog.ts'
import { createSelections, type SelectionsOptions } from './selection/selections.ts'
import { connectSources } from './sources/connect-sources.ts'
import { loadCatalog } from './sources/load-catalog.ts'
import { createAddressGuard } from './sources/manual/address-guard.ts'
import { checkHandler } from './sources/manual/check-handler.ts'
import { checkInputSchema } from './sources/manual/check-input-schema.ts'
import { Authorizations } from './sources/oauth/authorizations.ts'
import { presentSource } from './sources/present-source.ts'
import { RequestStates } from './sources/request-state.ts'
import { createRunner } from './sources/run.ts'
import { createSecrets } from './sources/secrets.ts'
import { Sources } from './sources/sources.ts'
import { UPSTREAM_LIMITS, type UpstreamLimits } from './sources/upstream/limits.ts'
import { openSqliteEvents } from './store/sqlite/events/event-store.ts'
import { openSqliteStore } from './store/sqlite/store.ts'
import { withStorageErrors } from './store/storage-errors.ts'

export interface FacetOptions {
  readonly settings: Settings
  /** Where references of the configuration file find their values. */
  readonly environment?: NodeJS.ProcessEnv
  readonly logger?: Logger
  readonly now?: () => Date
  /** Bounds on upstreams that differ from the usual ones. */
  readonly limits?: Partial<UpstreamLimits>
  /** Streams one server may have, when not as many as usual. */
  readonly maxStreams?: number
  /** Pauses of selection by models that differ from the usual ones. */
  readonly timing?: SelectionsOptions['timing']
}

/** A running Facet: everything but the socket. */
export interface Facet {
  readonly app: App
  readonly logger: Logger
  readonly metrics: Metrics
  readonly catalog: Catalog
  readonly operatorToken: string
  /** Whether requests need no credential: there never was one. */
  isOpen(): boolean
  /** Starts to listen and answers with the address. */
  listen(): Promise<{ host: string; port: number; url: string }>
  /** Lets running requests end, then closes everything; nothing acknowledged is lost. */
  close(): Promise<void>
}

/**
 * Puts the parts together. Sources are connected in the background: none of them, dead or slow,
 * keeps this from finishing.
 *
 * @throws {ConfigError} when the settings would open the service to everybody.
 * @throws {Error} when the database cannot be opened, or is owned by another process.
 */
export async function createFacet(options: FacetOptions): Promise<Facet> {
  const { settings, environment = process.env, now = () => new Date() } = options
  const logger =
    options.logger ??
    createLogger({
      level: settings.log_level,
      format: settings.log_format ?? (process.stderr.isTTY ? 'pretty' : 'json'),
    })
  const metrics = createMetrics()
  const store = withStorageErrors(await openSqliteStore(settings.database))
  const accounts = new Accounts(store.access, now)
  await accounts.load()
  try {
    refuseOpenDoor(settings, accounts.closed)
  } catch (error) {
    await store.close()
    throw error
  }
  const catalog = new Catalog()
  const writer = new CatalogWriter(store.entries, catalog)
  const redactor = new Redactor(settings.events.secret_keys)
  if (settings.admin_token !== undefined) redactor.learn(settings.admin_token)
  const secrets = createSecrets({
    learn: redactor.learn,
    declared: settings.secrets,
    directory: settings.secrets_dir,
    environment,
  })
  const limits = { ...UPSTREAM_LIMITS, ...options.limits }
  const addressGuard = createAddressGuard(settings.http_allowed_hosts)
  let listening: string | undefined
  const listensAt = () => listening ?? addressOf(settings.host, settings.port)
  const authorizations = new Authorizations({
    store: learnGrants(store.grants, redactor),
    secrets,
    guard: addressGuard,
    base: () => settings.public_url?.replace(/\/+$/, '') ?? listensAt(),
    now,
    logger,
    timeoutMs: limits.connectMs,
    signInMs: limits.signInMs,
  })
  await authorizations.load()
  const sources = new Sources({
    catalog,
    writer,
    secrets,
    logger,
    metrics,
    now,
    store: store.sources,
    limits,
    pollMs: settings.poll_seconds * 1000,
    allowStdioOverRest: settings.allow_stdio_over_rest,
    authorizations,
  })
  const runner = createRunner({
    guard: addressGuard,
    secrets,
    states: new RequestStates(settings.admin_token, now),
    upstream: (id) => sources.upstream(id),
    features: (id) => sources.features(id),
  })
  const entries: CatalogContext = {
    catalog,
    writer,
    now,
    checkHandler: (handler) => checkHandler(secrets, handler),
    checkInputSchema,
  }
  const servers = new Servers(store.servers, now)
  await loadCatalog(store, catalog, sources, settings.sources)
  await servers.load()
  servers.checkBy((before, next) => overrideErrors(catalog, before, next))
  const selections = createSelections({
    profiles: settings.models,
    embeddings: settings.embeddings,
    secrets,
    stores: store.selection,
    now,
    observer: measuring(metrics, logger),
    ...(options.timing ? { timing: options.timing } : {}),
  })
  await selections.warm()
  const stopSearch = followCatalog(catalog, selections.search)
  const {
    policies,
    hidden,
    stop: stopPolicies,
  } = await loadPolicies(store, catalog, logger, now, settings.policies)
  const clock = options.now ? () => now().getTime() : () => performance.now()
  const guarding = await loadGuards({
    store,
    secrets,
    metrics,
    logger,
    now,
    clock,
    configured: settings.guards,
  })
  const { guards, codes, requestLimits } = guarding
  servers.credentialsBy(
    () => settings.admin_token !== undefined || accounts.closed || hasAuth(settings.auth),
  )
  const resolution: ResolveContext = {
    catalog,
    servers,
    selections,
    policies,
    hidden,
    guards,
    metrics,
    now,
  }
  const resolver = new Resolver(resolution)
  const stopReview = await startReview({
    store: store.approvals,
    servers,
    catalog,
    memberships: resolver.memberships,
    logger,
  })
  const rulesDirectory = new RulesDirectory(settings.rules, servers, logger)
  await rulesDirectory.start()
  const { database } = settings
  const recording = createEvents({
    settings: settings.events,
    database,
    open: openSqliteEvents,
    redactor,
    metrics,
    logger,
    now,
  })
  const { events } = recording
  const stopPruning = keepInUse({ servers, selections, store: store.selection, now, logger })
  const operatorToken = randomBytes(32).toString('base64url')
  redactor.learn(operatorToken)
  const { gate, delegation, resources, recheck, isOpen, signIn } = createAccess({
    settings,
    operatorToken,
    accounts,
    secrets,
    logger,
    now,
    baseUrl: listensAt,
    doorOf: (id) => doorOf(servers, id),
  })
  const mcpContext = {
    catalog,
    servers,
    resolver,
    runner,
    callGuards: new CallGuards({ ...guarding, sets: resolver.guardSets }),
    codes,
    metrics,
    logger,
    now,
    search: selections.search,
    foundThenCalled: new FoundThenCalled(metrics),
    requestLimits,
    standing: createStanding(gate, recheck, delegation),
    events,
    delegation,
    ...createReasons({ catalog, servers, resolver }),
    describeSource: (id: string) => {
      const source = sources.find(id)
      return source && presentSource(source)
    },
  }
  const mcp = new McpEndpoint({ ...mcpContext, maxStreams: options.maxStreams })
  const guard = createRequestGuard({
    host: settings.host,
    publicUrl: settings.public_url,
    allowedHosts: settings.allowed_hosts,
    allowedOrigins: settings.allowed_origins,
  })
  const activity: Activity = { startedAt: now(), requests: 0, errors: 0, lastRequestAt: undefined }
  const app = createApp({
    store,
    entries,
    sources,
    resolution,
    resolver,
    rulesDirectory,
    mcp,
    gate,
    resources,
    signIn,
    accounts,
    changeRights: new ChangeRights(policies),
    guarding,
    recording,
    guard,
    operatorToken,
    logger,
    metrics,
    now,
    publicUrl: settings.public_url,
    activity,
  })
  const fast = {
    ...mcpContext,
    pages: new Pages(metrics),
    guard,
    gate,
    session: mcp.session.bind(mcp),
    streams: mcp.listStreams,
    isFull: mcp.isFull.bind(mcp),
    answered: () => {
      activity.requests++
      activity.lastRequestAt = now()
    },
  }
  const stopRechecks = accounts.subscribe(() => mcp.recheck())
  const knowsAddress = settings.port !== 0 || settings.public_url !== undefined
  const connectRest = connectSources(sources, knowsAddress)

  let http: HttpServer | undefined
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    const closed = http ? closeServer(http) : Promise.resolve()
    stopRechecks()
    await mcp.stop()
    await closed
    resolver.stop()
    await rulesDirectory.stop()
    stopSearch()
    stopPolicies()
    stopPruning()
    await selections.close()
    authorizations.stop()
    await sources.stop()
    await writer.settled()
    await stopReview()
    await addressGuard.close()
    await accounts.stop()
    await events.close()
    await store.close()
  }

  return {
    app,
    logger,
    metrics,
    catalog,
    operatorToken,
    isOpen,
    async listen() {
      http = createServer(createFastListener(fast, getRequestListener(app.fetch)))
      const port = await listenOn(http, settings)
      const url = addressOf(settings.host, port)
      listening = url
      connectRest()
      return { host: settings.host, port, url }
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** Users and keys of a database that no service runs on. */
export async function withAccounts<T>(
  database: string,
  use: (accounts: Accounts) => Promise<T>,
): Promise<T> {
  const store = await openSqliteStore(database)
  try {
    const accounts = new Accounts(store.access, () => new Date())
    await accounts.load()
    return await use(accounts)
  } finally {
    await store.close()
  }
}
