import { createHash } from 'node:crypto'
import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'
import type { Logger } from '../../observability/logger.ts'
import type { GrantRecord, JsonObject, RecordStore } from '../../store/ports.ts'
import type { OAuthSettings } from './settings.ts'

/** Tokens with the time they end at, when that was said. */
export interface HeldTokens extends StoredOAuthTokens {
  readonly expires_at?: string
}

/** What is kept of signing in at one upstream. */
export interface Grant {
  /** The client to sign in as: registered, or known by its metadata document. */
  client?: StoredOAuthClientInformation
  tokens?: HeldTokens
  /** The registered client that the tokens were given to; it alone can renew them. */
  holder?: StoredOAuthClientInformation
  /** The authorization server that gave the tokens; they are renewed nowhere else. */
  discovery?: OAuthDiscoveryState
}

/**
 * What a grant was given for. A source that is pointed elsewhere, or made another client, has
 * another binding: what was given before is never sent there.
 */
export function bindingOf(url: string, auth: OAuthSettings): string {
  return createHash('sha256')
    .update(JSON.stringify([url, auth]))
    .digest('base64url')
}

/** Keeps the grant of one source. */
export class GrantKeeper {
  readonly #store: RecordStore<GrantRecord>
  readonly #id: string
  readonly #binding: string
  readonly #now: () => Date
  readonly #logger: Logger
  #grant: Grant
  #closed = false

  constructor(options: {
    store: RecordStore<GrantRecord>
    id: string
    binding: string
    kept: GrantRecord | undefined
    now: () => Date
    logger: Logger
  }) {
    const { kept } = options
    this.#store = options.store
    this.#id = options.id
    this.#binding = options.binding
    this.#now = options.now
    this.#logger = options.logger
    this.#grant = kept?.binding === options.binding ? (kept.grant as Grant) : {}
  }

  get grant(): Readonly<Grant> {
    return this.#grant
  }

  /** The source is gone: an answer that comes late is written nowhere. */
  close(): void {
    this.#closed = true
  }

  /**
   * Changes the grant at once, and on disk before it answers. A disk that fails costs no more than
   * signing in again after a restart, so the change counts all the same.
   */
  async change(change: { [K in keyof Grant]?: Grant[K] | undefined }): Promise<void> {
    const next = Object.entries({ ...this.#grant, ...change }).filter(([, value]) => value)
    this.#grant = Object.fromEntries(next) as Grant
    const record: GrantRecord = {
      id: this.#id,
      binding: this.#binding,
      grant: this.#grant as JsonObject,
      updatedAt: this.#now().toISOString(),
    }
    if (this.#closed) return
    try {
      if (next.length > 0) await this.#store.put(record)
      else await this.#store.remove(this.#id)
    } catch (error) {
      this.#logger.error({ source: this.#id, err: error }, 'what was granted could not be kept')
    }
  }
}
