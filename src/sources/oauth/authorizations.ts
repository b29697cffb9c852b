import { FacetError } from '../../errors/facet-error.ts'
import type { Logger } from '../../observability/logger.ts'
import type { GrantRecord, RecordStore } from '../../store/ports.ts'
import type { SourceDefinition } from '../definition.ts'
import type { AddressGuard } from '../manual/address-guard.ts'
import type { Author, Secrets } from '../secrets.ts'
import { SourceAuthorization } from './authorization.ts'
import { bindingOf, GrantKeeper } from './grant.ts'
import { PendingSignIns } from './pending.ts'

export interface AuthorizationsOptions {
  readonly store: RecordStore<GrantRecord>
  readonly secrets: Secrets
  readonly guard: AddressGuard
  readonly base: () => string
  readonly now: () => Date
  readonly logger: Logger
  readonly timeoutMs: number
  readonly signInMs: number
}

interface Held {
  readonly binding: string
  readonly keeper: GrantKeeper
  readonly authorization: SourceAuthorization
}

/** The credentials of all sources that sign in with OAuth. */
export class Authorizations {
  readonly #options: AuthorizationsOptions
  readonly #pending: PendingSignIns
  readonly #held = new Map<string, Held>()
  readonly #stop = new AbortController()
  #kept = new Map<string, GrantRecord>()

  constructor(options: AuthorizationsOptions) {
    this.#options = options
    this.#pending = new PendingSignIns(options.now)
  }

  /** Takes over what was granted before the process started. */
  async load(): Promise<void> {
    const records = await this.#options.store.all()
    this.#kept = new Map(records.map((record) => [record.id, record]))
  }

  /**
   * The credential of a source as it is defined now; undefined for one without OAuth. What was
   * granted to the source as it was before, at another address or as another client, is forgotten.
   */
  of(id: string, { transport }: SourceDefinition, author: Author): SourceAuthorization | undefined {
    const auth = transport.type === 'http' ? transport.auth : undefined
    if (transport.type !== 'http' || !auth) {
      this.#forget(id)
      return undefined
    }
    const binding = bindingOf(transport.url, auth)
    const known = this.#held.get(id)
    if (known?.binding === binding) return known.authorization
    const kept = this.#kept.get(id)
    if (known || (kept && kept.binding !== binding)) this.#forget(id)
    const { store, now, logger } = this.#options
    const keeper = new GrantKeeper({ store, id, binding, kept: this.#kept.get(id), now, logger })
    const pending = this.#pending
    const authorization = new SourceAuthorization({
      ...this.#options,
      id,
      url: transport.url,
      auth,
      author,
      keeper,
      pending,
      stopped: this.#stop.signal,
    })
    this.#held.set(id, { binding, keeper, authorization })
    return authorization
  }

  /** Gives up what is being asked of authorization servers. */
  stop(): void {
    this.#stop.abort()
  }

  /** A source is gone, and what was granted to it has left the store with it. */
  drop(id: string): void {
    this.#held.get(id)?.keeper.close()
    this.#held.delete(id)
    this.#kept.delete(id)
    this.#pending.forget(id)
  }

  /**
   * Ends the sign-in that a `state` belongs to. A state is good once.
   *
   * @param then told which source to connect again: with its tokens, or to begin again
   * @returns the id of the source
   * @throws {FacetError} `sign_in_unknown`, `sign_in_failed`.
   */
  async finish(answer: URLSearchParams, then: (id: string) => void): Promise<string> {
    const pending = this.#pending.take(answer.get('state') ?? '')
    const held = pending && this.#held.get(pending.source)
    if (!held) {
      const advice =
        'It was used already, expired, or was not begun here. Begin again from the source.'
      throw new FacetError('sign_in_unknown', advice)
    }
    try {
      await held.authorization.finish(pending, answer)
    } finally {
      then(pending.source)
    }
    return pending.source
  }

  /** Forgets at once; that it stays on disk for lack of one is harmless, since it binds to what was. */
  #forget(id: string): void {
    const isKept = this.#kept.has(id) || this.#held.has(id)
    this.drop(id)
    if (!isKept) return
    this.#options.store.remove(id).catch((error: unknown) => {
      this.#options.logger.warn({ source: id, err: error }, 'an old grant could not be removed')
    })
  }
}
