import {
  SSEClientTransport,
  type StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Transport as Definition } from '../definition.ts'
import type { SourceAuthorization } from '../oauth/authorization.ts'
import { bearerIn, sentWith } from '../oauth/bearer.ts'
import type { Author, Secrets } from '../secrets.ts'
import { boundedFetch } from './bounded-fetch.ts'
import { inOrder } from './in-order.ts'
import { LeanHttpTransport } from './lean-transport.ts'
import type { UpstreamLimits } from './limits.ts'

/** How an upstream is spoken to: `sse` is the HTTP transport before Streamable HTTP. */
export type Wire = 'stdio' | 'http' | 'sse'

export interface OpenTransport {
  readonly transport: StdioClientTransport | StreamableHTTPClientTransport | SSEClientTransport
  /** Values that must not appear in logs and error messages. */
  readonly secretValues: readonly string[]
  /** What a command wrote to its standard error last. */
  readonly lastWords: () => string
}

/**
 * Makes a transport, with references replaced by their values.
 *
 * @throws {FacetError} `source_unavailable` when a secret cannot be resolved.
 */
export function openTransport(
  definition: Definition,
  wire: Wire,
  secrets: Secrets,
  author: Author,
  limits: UpstreamLimits,
  authorization?: SourceAuthorization,
): OpenTransport {
  if (definition.type === 'stdio') return openStdio(definition, secrets, author, limits)
  const url = new URL(definition.url)
  const written = definition.headers ?? {}
  const headers = secrets.resolve(written, author, { kind: 'http', url })
  const fetchBounded = boundedFetch(limits.messageBytes)
  const transport =
    wire === 'sse'
      ? new SSEClientTransport(url, {
          requestInit: { headers },
          fetch: async (to, init) =>
            sentWith(await fetchBounded(to, init), bearerIn(init?.headers)),
          ...(authorization ? { authProvider: authorization.provider } : {}),
        })
      : new LeanHttpTransport(url, headers, limits.messageBytes, authorization)
  const known = replaced(written, headers)
  return {
    transport,
    get secretValues() {
      return [...known, ...(authorization?.secretValues ?? [])]
    },
    lastWords: () => '',
  }
}

function openStdio(
  definition: Definition & { type: 'stdio' },
  secrets: Secrets,
  author: Author,
  limits: UpstreamLimits,
): OpenTransport {
  const written = definition.env ?? {}
  const env = secrets.resolve(written, author, { kind: 'stdio' })
  const { command, args, cwd } = definition
  const transport = new StdioClientTransport({
    command,
    env,
    ...(args ? { args } : {}),
    ...(cwd ? { cwd } : {}),
    stderr: 'pipe',
    maxBufferSize: limits.messageBytes,
  })
  let words = ''
  transport.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-500)
  })
  return {
    transport: inOrder(transport),
    secretValues: replaced(written, env),
    lastWords: () => words.trim(),
  }
}

/** The values that came out of references. */
function replaced(
  written: Readonly<Record<string, string>>,
  resolved: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(resolved).flatMap(([key, value]) =>
    value === written[key] ? [] : [value, ...value.split(/\s+/).filter((part) => part.length >= 8)],
  )
}

/** Takes secret values out of a text before it is shown or logged. */
export function mask(text: string, secretValues: readonly string[]): string {
  return secretValues.reduce((masked, value) => masked.replaceAll(value, '[redacted]'), text)
}
