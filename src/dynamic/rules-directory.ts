import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import { parse, YAMLParseError } from 'yaml'
import { slugOf } from '../catalog/slug.ts'
import { type ErrorItem, FacetError, messageOf } from '../errors/facet-error.ts'
import type { Logger } from '../observability/logger.ts'
import type { ServerDefinition } from './definition.ts'
import { RESERVED_SERVER_IDS } from './definition.ts'
import type { Servers } from './servers.ts'
import { checkServer, withAccess } from './write-servers.ts'

/** How the last reading of the rules directory went; the servers of the one before stay if it failed. */
export interface RulesStatus {
  readonly directory: string
  readonly files: number
  readonly last_attempt_at: string
  readonly last_success_at: string | null
  readonly errors: readonly ErrorItem[]
}

/** Edits of several files within this time are taken together, in ms. */
const SETTLE = 150

/** A dynamic server read from a file. */
export interface FileServer {
  readonly file: string
  readonly id: string
  readonly definition: ServerDefinition
  /** Whether the file says who may use the server; else what was said before stays. */
  readonly saysAccess: boolean
}

export function isRulesFile(name: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(name) && !name.startsWith('.')
}

/**
 * Reads one file: one dynamic server, whose id is the file's name unless it says another.
 *
 * @throws {FacetError} `invalid_request` or `invalid_filter`, each error with the file as its path.
 */
export function readRulesFile(path: string, name: string): FileServer {
  try {
    const body: unknown = parse(readFileSync(path, 'utf8'))
    const { id, definition, saysAccess } = checkServer(body)
    const chosen = id ?? slugOf(name.replace(/\.[^.]+$/, ''))
    if (!chosen || RESERVED_SERVER_IDS.includes(chosen)) {
      throw new FacetError('invalid_request', `The id ${JSON.stringify(chosen)} cannot be used.`)
    }
    return { file: name, id: chosen, definition, saysAccess }
  } catch (error) {
    throw asFileError(error, name)
  }
}

function asFileError(error: unknown, name: string): FacetError {
  if (error instanceof FacetError && error.errors.length > 0) {
    const errors = error.errors.map((item) => ({ ...item, path: `${name}: ${item.path}` }))
    return new FacetError(error.code, error.message, { errors })
  }
  const code = error instanceof FacetError ? error.code : 'invalid_request'
  const message = error instanceof YAMLParseError ? error.message : messageOf(error)
  return new FacetError(code, message, { errors: [{ path: name, message }] })
}

/** Reads a whole directory; the servers of good files, and what is wrong with the others. */
export function readRulesDirectory(directory: string): {
  servers: FileServer[]
  errors: ErrorItem[]
} {
  const servers: FileServer[] = []
  const errors: ErrorItem[] = []
  const owner = new Map<string, string>()
  for (const name of readdirSync(directory).filter(isRulesFile).sort()) {
    try {
      const server = readRulesFile(join(directory, name), name)
      const other = owner.get(server.id)
      if (other !== undefined) {
        errors.push({ path: name, message: `${other} has the id ${server.id} already.` })
      }
      owner.set(server.id, name)
      servers.push(server)
    } catch (error) {
      if (!(error instanceof FacetError)) throw error
      errors.push(...error.errors)
    }
  }
  return { servers, errors }
}

/**
 * Keeps the servers of a directory in step with its files. All files are validated before any
 * takes effect: with a mistake in one, everything stays as it was and the mistake is reported.
 */
export class RulesDirectory {
  readonly #directory: string
  readonly #servers: Servers
  readonly #logger: Logger
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #status: RulesStatus | undefined

  constructor(directory: string, servers: Servers, logger: Logger) {
    this.#directory = directory
    this.#servers = servers
    this.#logger = logger
  }

  get status(): RulesStatus | undefined {
    return this.#status
  }

  /** Reads the directory now and watches it from then on. */
  async start(): Promise<void> {
    await this.reload()
    this.#watcher = watch(this.#directory, { ignoreInitial: true, depth: 0 })
    this.#watcher.on('all', () => {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => void this.reload(), SETTLE)
    })
    this.#watcher.on('error', (error) => this.#logger.warn({ err: error }, 'rules not watched'))
    await new Promise<void>((resolve) => this.#watcher!.once('ready', () => resolve()))
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#watcher?.close()
  }

  reload(): Promise<void> {
    return this.#servers.alone(async () => {
      const attempt = this.#servers.now().toISOString()
      const { servers, errors } = this.#read()
      for (const { id, definition, file } of servers) {
        for (const { path, message } of this.#servers.check(id, definition)) {
          errors.push({ path: `${file}: ${path}`, message })
        }
        const other = this.#servers.find(id)
        if (other && other.origin !== 'file') {
          errors.push({ path: file, message: `A server made over REST has the id ${id}.` })
        }
      }
      const failed = errors.length > 0
      this.#status = {
        directory: this.#directory,
        files: servers.length,
        last_attempt_at: attempt,
        last_success_at: failed ? (this.#status?.last_success_at ?? null) : attempt,
        errors,
      }
      if (failed) this.#logger.error({ errors }, 'rules not taken over; the ones before stay')
      else await this.#takeOver(servers)
    })
  }

  #read(): { servers: FileServer[]; errors: ErrorItem[] } {
    const exists = statSync(this.#directory, { throwIfNoEntry: false })?.isDirectory() ?? false
    if (exists) return readRulesDirectory(this.#directory)
    const kept = this.#servers.all().some(({ origin }) => origin === 'file')
    const message = 'The directory does not exist; the servers read from it before stay.'
    return { servers: [], errors: kept ? [{ path: this.#directory, message }] : [] }
  }

  async #takeOver(servers: readonly FileServer[]): Promise<void> {
    const wanted = new Set(servers.map(({ id }) => id))
    for (const { id, origin } of this.#servers.all()) {
      if (origin === 'file' && !wanted.has(id)) await this.#servers.remove(id)
    }
    for (const server of servers) {
      const { id, file } = server
      const before = this.#servers.find(id)
      const access = before?.definition.access ?? this.#servers.newAccess()
      const definition = withAccess(server, access)
      if (JSON.stringify(before?.definition) === JSON.stringify(definition)) continue
      await this.#servers.put(id, definition, 'file', { id: file, kind: 'file' })
      this.#logger.info({ server: id }, before ? 'rules changed' : 'rules loaded')
    }
  }
}
