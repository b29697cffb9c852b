import { AsyncLocalStorage } from 'node:async_hooks'
import { ProtocolError } from '@modelcontextprotocol/client'
import type { ClientPort } from '../client-port.ts'
import type { Silence } from './silence.ts'

interface Call {
  readonly client: ClientPort
  readonly silence: Silence
  state: 'running' | 'abandoned' | 'done'
}

/** How long a call that nobody waits for any more is taken to be still at work upstream. */
const ABANDONED_MS = 60_000

/**
 * Which calls run on a connection, to know whose call a message of the upstream belongs to.
 *
 * Over Streamable HTTP a message comes on the stream of a request: what reads that stream runs in
 * the asynchronous context of whoever sent the request, so the context tells the call. A command,
 * the older SSE transport and the stream that belongs to no request do not tell; there a message
 * has an owner only when the whole connection belongs to one client, or, for what may be missed,
 * when all calls that run are one client's.
 */
export class Calls {
  readonly #context = new AsyncLocalStorage<Call>()
  readonly #open = new Set<Call>()
  readonly #exclusive: boolean

  /** @param exclusive whether the connection serves one client alone */
  constructor(exclusive: boolean) {
    this.#exclusive = exclusive
  }

  async run<T>(
    client: ClientPort | undefined,
    silence: Silence,
    send: () => Promise<T>,
  ): Promise<T> {
    if (!client) return send()
    const call: Call = { client, silence, state: 'running' }
    this.#open.add(call)
    try {
      const result = await this.#context.run(call, send)
      this.#end(call, true)
      return result
    } catch (error) {
      this.#end(call, error instanceof ProtocolError)
      throw error
    }
  }

  /** The client whose call a message just received belongs to, beyond doubt. */
  owner(): ClientPort | undefined {
    const call = this.#context.getStore()
    if (call) return call.state === 'running' ? call.client : undefined
    return this.#exclusive ? onlyClient(this.#running()) : undefined
  }

  /** As the owner; else the client of all calls that run, when they are one client's. */
  likelyOwner(): ClientPort | undefined {
    if (this.#exclusive || this.#context.getStore()) return this.owner()
    return onlyClient([...this.#open])
  }

  /** Has the upstream wait for an answer: the calls that may be waiting with it do not time out. */
  async during<T>(ask: () => Promise<T>): Promise<T> {
    const call = this.#context.getStore()
    const waiting = call ? [call] : this.#running()
    const run = waiting.reduce(
      (next, { silence }) =>
        () =>
          silence.during(next),
      ask,
    )
    return run()
  }

  #running(): Call[] {
    return [...this.#open].filter(({ state }) => state === 'running')
  }

  #end(call: Call, answered: boolean): void {
    call.state = answered ? 'done' : 'abandoned'
    if (answered) this.#open.delete(call)
    else setTimeout(() => this.#open.delete(call), ABANDONED_MS).unref()
  }
}

/** The client whose calls all of these are; two calls without a session may be two clients'. */
function onlyClient(calls: readonly Call[]): ClientPort | undefined {
  const latest = calls.findLast(({ state }) => state === 'running')?.client
  if (!latest) return undefined
  const same = ({ client }: Call) =>
    client === latest || (client.gone !== undefined && client.key === latest.key)
  return calls.every(same) ? latest : undefined
}
