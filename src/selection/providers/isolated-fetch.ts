import type { Secrets } from '../../sources/secrets.ts'
import { VERSION } from '../../version.ts'
import { ModelError } from './model-error.ts'

/** An answer is a list of numbers and short reasons; more is a fault. */
const MAX_BYTES = 8 * 1024 * 1024

export interface Isolation {
  readonly baseUrl: string
  /** References, resolved anew for each request: a key that is renewed is taken up. */
  readonly apiKey: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: Pick<Secrets, 'resolve'>
}

/**
 * A fetch that sends to one origin and sends only headers that were asked for here.
 *
 * The SDKs take keys, an organisation and further headers from the environment and send them to
 * whatever base URL they are given: a local server would be told the key of another provider. So
 * of the headers they build, none but the version of the protocol is used.
 *
 * The body is read whole, so that time limits cover one that trickles in.
 */
export function isolatedFetch({ baseUrl, apiKey, headers, secrets }: Isolation): typeof fetch {
  const base = new URL(baseUrl)
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.origin !== base.origin) {
      throw new ModelError('rejected', 'A request would have left the address of its profile.')
    }
    const response = await fetch(url, {
      method: init?.method ?? 'GET',
      body: init?.body ?? null,
      signal: init?.signal ?? null,
      // A redirect would take the key along to wherever it leads.
      redirect: 'error',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': `facet/${VERSION}`,
        ...protocolVersion(init?.headers),
        ...credentials(),
      },
    })
    const { status, headers: own } = response
    const body = await readWhole(response)
    // The body is no longer as it was sent: its length and encoding are those of the text.
    const kept = new Headers(own)
    for (const name of ['content-encoding', 'content-length']) kept.delete(name)
    return new Response(body, { status, headers: kept })
  }

  function credentials(): Record<string, string> {
    const wanted = {
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...headers,
    }
    try {
      return secrets.resolve(wanted, 'config', { kind: 'http', url: base })
    } catch {
      throw new ModelError('unauthorized', 'The key is not set, or may not go to its address.')
    }
  }
}

function protocolVersion(headers: RequestInit['headers']): Record<string, string> {
  const version = new Headers(headers).get('anthropic-version')
  return version && /^\d{4}-\d{2}-\d{2}$/.test(version) ? { 'anthropic-version': version } : {}
}

async function readWhole(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES)
      throw new ModelError('rejected', 'The provider sent far too long an answer.')
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
