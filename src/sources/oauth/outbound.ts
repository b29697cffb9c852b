import { fetch as guardedFetch } from 'undici'
import { messageOf } from '../../errors/facet-error.ts'
import type { AddressGuard } from '../manual/address-guard.ts'
import { sentSecrets } from './sent-secrets.ts'

const MAX_BYTES = 2 ** 20
const MAX_REDIRECTS = 3
const REDIRECTS = [301, 302, 303, 307, 308]

export interface OutboundOptions {
  readonly guard: AddressGuard
  /** Origins the configuration names: the source itself, and the issuer of its client. */
  readonly trusted: readonly string[]
  readonly timeoutMs: number
  /** Gives everything up: the service stops. */
  readonly stopped: AbortSignal
  /** @throws {FacetError} when what is about to be sent may not go there. */
  readonly mayPost: (url: URL) => void
}

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/**
 * The fetch that signing in uses. An upstream names the addresses of its authorization server, and
 * upstreams are not trusted: beyond the origins of the configuration only public addresses are
 * asked, unless `http_allowed_hosts` has them. Redirects are checked like first addresses and never
 * carry a credential; replies are bounded; what a refusal repeats of our secrets is taken out.
 */
export function outboundFetch(options: OutboundOptions): Fetch {
  return async (input, init = {}) => {
    const signal = AbortSignal.any([AbortSignal.timeout(options.timeoutMs), options.stopped])
    let url = new URL(input)
    for (let hops = 0; ; hops++) {
      if (init.method === 'POST') options.mayPost(url)
      const reply = await ask(options, url, init, signal)
      const location = REDIRECTS.includes(reply.status) && reply.headers.get('location')
      if (!location) return asResponse(reply, init)
      if (init.method === 'POST' || hops === MAX_REDIRECTS) {
        throw unreachable(url, 'it redirects')
      }
      url = new URL(location, url)
    }
  }
}

interface Received {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly text: string
}

async function ask(
  { guard, trusted }: OutboundOptions,
  url: URL,
  init: RequestInit,
  signal: AbortSignal,
): Promise<Received> {
  if (!/^https?:$/.test(url.protocol)) throw unreachable(url, 'it is no http or https address')
  const sent = { ...init, redirect: 'manual', signal } as const
  try {
    const response = trusted.includes(url.origin)
      ? await fetch(url, sent)
      : await guardedFetch(url, { ...sent, dispatcher: guard.dispatcherFor(url) } as never)
    const text = await readText(response)
    return { status: response.status, headers: response.headers, text }
  } catch (error) {
    throw unreachable(url, reasonOf(error))
  }
}

async function readText(response: { body: unknown }): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw new Error(`it sent more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** The SDK wants a Response of this platform, which that of another fetch is not. */
function asResponse({ status, headers, text }: Received, init: RequestInit): Response {
  const isFine = status >= 200 && status < 300
  const body = isFine ? text : sentSecrets(init).reduce(redacted, text)
  const type = headers.get('content-type')
  const hasBody = ![204, 205, 304].includes(status)
  return new Response(hasBody ? body : null, {
    status,
    headers: type === null ? {} : { 'content-type': type },
  })
}

function redacted(text: string, secret: string): string {
  return text.replaceAll(secret, '[redacted]')
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time'
  const cause = error instanceof Error ? error.cause : undefined
  return messageOf(cause ?? error)
}

/** What `fetch` throws when there is no reply: the SDK takes nothing else for a failure to reach. */
function unreachable(url: URL, reason: string): TypeError {
  return new TypeError(`${url.origin}${url.pathname} could not be asked to sign in: ${reason}`)
}
