import type { AccessStore, AccessWrite, KeyRecord, UserRecord } from '../store/access-port.ts'
import { prefixOf } from './api-key.ts'
import type { Caller } from './caller.ts'
import { holdsSecret } from './digest.ts'

/** Uses of keys are written together, this often in ms. */
const WRITE_USES_MS = 30_000

/** A key as requests find it. */
interface HeldKey {
  readonly record: KeyRecord
  readonly digest: Buffer
  readonly expires: number
  /** Made once: views and policies may keep what they know of it. */
  readonly caller: Caller
}

/**
 * Users and their keys: in memory, where requests find them without waiting, and in the store. A
 * write counts from the moment it is durable.
 */
export class Accounts {
  readonly #store: AccessStore
  readonly now: () => Date
  readonly #users = new Map<string, UserRecord>()
  readonly #keys = new Map<string, KeyRecord>()
  readonly #byPrefix = new Map<string, HeldKey>()
  /** By key, in ms since 1970. */
  readonly #used = new Map<string, number>()
  readonly #listeners = new Set<() => void>()
  #closed = false
  #revision = 0
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(store: AccessStore, now: () => Date) {
    this.#store = store
    this.now = now
  }

  async load(): Promise<void> {
    const { users, keys, closed } = await this.#store.load()
    this.#closed = closed
    this.#apply({ putUsers: users, putKeys: keys })
  }

  /** Whether there ever was a key: then nobody comes in without a credential. */
  get closed(): boolean {
    return this.#closed
  }

  /** Another number after every change of users and keys. */
  get revision(): number {
    return this.#revision
  }

  users(): UserRecord[] {
    return [...this.#users.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  user(id: string): UserRecord | undefined {
    return this.#users.get(id)
  }

  key(id: string): KeyRecord | undefined {
    return this.#keys.get(id)
  }

  /** Keys of a user, oldest first. */
  keysOf(user: string): KeyRecord[] {
    const keys = [...this.#keys.values()].filter((key) => key.user === user)
    return keys.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  lastUsed({ id, lastUsedAt }: KeyRecord): string | null {
    const used = this.#used.get(id)
    return used === undefined ? lastUsedAt : new Date(used).toISOString()
  }

  /** Whoever holds a key now; undefined for one that is unknown, expired, or of a disabled user. */
  callerOf(key: string): Caller | undefined {
    const held = this.#byPrefix.get(prefixOf(key) ?? '')
    if (!held || !holdsSecret(key, held.digest) || !this.#isUsable(held)) return undefined
    this.#noteUse(held.record.id)
    return held.caller
  }

  /** The holder of a key as of now: after a change of its user, or of the key. */
  currentOf(keyId: string): Caller | undefined {
    const record = this.#keys.get(keyId)
    const held = record && this.#byPrefix.get(record.prefix)
    return held && this.#isUsable(held) ? held.caller : undefined
  }

  /** Runs changes one after the other: what was checked must hold when it is written. */
  alone<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(change)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Writes, then applies. Only within {@link alone}. */
  async write(change: AccessWrite): Promise<void> {
    await this.#store.write(change)
    this.#apply(change)
    this.#revision++
    for (const listener of this.#listeners) listener()
  }

  /** Told after every change of who may come in as what. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    await this.#turn
    await this.#writeUses()
  }

  #isUsable({ record, expires }: HeldKey): boolean {
    return this.#users.get(record.user)?.disabled === false && this.now().getTime() < expires
  }

  #apply(change: AccessWrite): void {
    const { putUsers = [], removeUsers = [], putKeys = [], removeKeys = [] } = change
    for (const id of removeKeys) this.#dropKey(id)
    for (const id of removeUsers) {
      this.#users.delete(id)
      for (const key of this.keysOf(id)) this.#dropKey(key.id)
    }
    for (const user of putUsers) {
      this.#users.set(user.id, user)
      for (const key of this.keysOf(user.id)) this.#holdKey(key)
    }
    for (const key of putKeys) this.#holdKey(key)
    if (putKeys.length > 0) this.#closed = true
  }

  #holdKey(record: KeyRecord): void {
    const user = this.#users.get(record.user)
    if (!user) return
    this.#keys.set(record.id, record)
    const expires = record.expiresAt === null ? Infinity : Date.parse(record.expiresAt)
    const digest = Buffer.from(record.digest, 'hex')
    const caller = callerWith(user, record, expires)
    this.#byPrefix.set(record.prefix, { record, digest, expires, caller })
  }

  #dropKey(id: string): void {
    const record = this.#keys.get(id)
    if (!record) return
    this.#keys.delete(id)
    this.#byPrefix.delete(record.prefix)
    this.#used.delete(id)
  }

  #noteUse(id: string): void {
    this.#used.set(id, this.now().getTime())
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#writeUses()
    }, WRITE_USES_MS).unref()
  }

  /** When a key was used is worth a look, not worth failing for. */
  async #writeUses(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const times: Record<string, string> = {}
    for (const [id, used] of this.#used) {
      const record = this.#keys.get(id)
      times[id] = new Date(used).toISOString()
      if (record) this.#keys.set(id, { ...record, lastUsedAt: times[id] })
    }
    this.#used.clear()
    if (Object.keys(times).length > 0) await this.#store.used(times).catch(() => undefined)
  }
}

function callerWith(user: UserRecord, key: KeyRecord, expires: number): Caller {
  const { id, roles, groups, attributes } = user
  return {
    id,
    kind: 'user',
    roles: key.roles === null ? roles : roles.filter((role) => key.roles!.includes(role)),
    groups,
    attributes,
    credential: {
      kind: 'key',
      id: key.id,
      ...(Number.isFinite(expires) ? { expires } : {}),
    },
    ...(key.servers === null ? {} : { servers: key.servers }),
  }
}
