/** A request as whoever authenticates it sees it. */
export interface Asking {
  /** A header by its name in lower case. */
  header(name: string): string | undefined
  /** The key in the address, where the server allows one there. */
  readonly queryKey?: string | undefined
  /** Address of whoever opened the connection, where it is known. */
  readonly remoteAddress?: string | undefined
  /** The session in the cookie, where a page of the service itself made the request. */
  readonly session?: string | undefined
  /** The path of the MCP endpoint that is asked, without its query; unset for REST. */
  readonly mcpPath?: string | undefined
}

/** Headers that carry an API key and nothing else. */
export const KEY_HEADERS = ['x-api-key', 'x-apikey'] as const

/** Header by which the command line of the same machine shows that it can read the database. */
export const OPERATOR_HEADER = 'x-facet-operator'

export interface Shown {
  readonly secret: string
  /** Whether it came as a Bearer credential, and so may be a token. */
  readonly isBearer: boolean
  /** Whether it is something other than a Bearer credential or a key: nothing anybody takes. */
  readonly isUnusable?: boolean
}

/**
 * What a request shows to be let in: undefined when nothing. Two credentials at once are not tried
 * one after the other: the one of `Authorization` counts.
 */
export function shownBy({ header, queryKey }: Asking): Shown | undefined {
  const authorization = header('authorization')
  if (authorization !== undefined && authorization !== '') {
    const secret = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
    return secret === undefined
      ? { secret: '', isBearer: false, isUnusable: true }
      : { secret, isBearer: true }
  }
  const key = header(KEY_HEADERS[0]) ?? header(KEY_HEADERS[1]) ?? queryKey
  return key === undefined ? undefined : { secret: key, isBearer: false }
}
