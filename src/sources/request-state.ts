import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Json, JsonObject } from '../store/ports.ts'

/** What a state belongs to; it is worth nothing anywhere else. */
export interface StateScope {
  /** The dynamic server the request came to. */
  readonly server: string
  /** Who asked. */
  readonly caller: string
}

interface Bound extends StateScope {
  readonly source: string
  readonly entry: string
  readonly params: JsonObject
}

/** People answer questions in their own time, but not on another day. */
const TTL_MS = 30 * 60 * 1000

/**
 * Seals the state an upstream wants back with the next round of a request.
 *
 * A client carries it in between, so it is signed together with what it belongs to: nobody else,
 * no other tool, no other arguments and no other server can use it, and it expires. The upstream
 * gets back exactly what it gave.
 */
export class RequestStates {
  readonly #key: Buffer
  readonly #now: () => Date

  /** @param secret of this installation, so that states outlive the process; random without one */
  constructor(secret: string | undefined, now: () => Date) {
    this.#now = now
    const material = secret ?? randomBytes(32)
    this.#key = Buffer.from(hkdfSync('sha256', material, 'mcp-facet', 'request state', 32))
  }

  seal(inner: string, bound: Bound): string {
    const body = JSON.stringify([this.#now().getTime() + TTL_MS, inner])
    const payload = Buffer.from(body).toString('base64url')
    return `${payload}.${this.#sign(payload, bound)}`
  }

  /** What was sealed, or undefined when it was changed, belongs to something else or is too old. */
  open(sealed: string, bound: Bound): string | undefined {
    const [payload = '', signature = '', ...rest] = sealed.split('.')
    const given = Buffer.from(signature)
    const expected = Buffer.from(this.#sign(payload, bound))
    if (rest.length > 0 || given.length !== expected.length) return undefined
    if (!timingSafeEqual(given, expected)) return undefined
    const [expires, inner] = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return this.#now().getTime() < expires ? inner : undefined
  }

  #sign(payload: string, { server, caller, source, entry, params }: Bound): string {
    const signed = JSON.stringify([payload, server, caller, source, entry, canonical(params)])
    return createHmac('sha256', this.#key).update(signed).digest('base64url')
  }
}

/** The same for equal values, whatever the order of their keys. */
function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([key, member]) => [key, canonical(member)])
}
