import type { Caller } from '../../access/caller.ts'
import type { LogLevel } from '../../sources/log-level.ts'

/** Resources one session may watch. */
const MAX_WATCHED = 1_000

/** What a session of a client from before 2026-07-28 keeps between requests. */
export class SessionState {
  /** Unlike the id of the session, it is no credential. */
  readonly key: string
  /** As the credential of the latest request says. */
  caller: Caller
  logLevel: LogLevel | undefined
  readonly #ended = new AbortController()
  readonly #watched = new Map<string, () => void>()
  /** How to cancel the calls that run beside the SDK, by the id of their request, as JSON. */
  readonly #running = new Map<string, () => void>()

  constructor(key: string, caller: Caller) {
    this.key = key
    this.caller = caller
  }

  /** Aborted when the session is over. */
  get gone(): AbortSignal {
    return this.#ended.signal
  }

  get watchesAll(): boolean {
    return this.#watched.size >= MAX_WATCHED
  }

  watches(uri: string): boolean {
    return this.#watched.has(uri)
  }

  watch(uri: string, stop: () => void): void {
    // A second request for the same resource may have overtaken this one, or the end of it all.
    if (this.gone.aborted || this.#watched.has(uri)) stop()
    else this.#watched.set(uri, stop)
  }

  unwatch(uri: string): void {
    this.#watched.get(uri)?.()
    this.#watched.delete(uri)
  }

  begin(request: string, cancel: () => void): void {
    this.#running.set(request, cancel)
  }

  done(request: string, cancel: () => void): void {
    if (this.#running.get(request) === cancel) this.#running.delete(request)
  }

  cancel(request: string): void {
    this.#running.get(request)?.()
  }

  end(): void {
    for (const cancel of this.#running.values()) cancel()
    for (const stop of this.#watched.values()) stop()
    this.#watched.clear()
    this.#ended.abort()
  }
}
