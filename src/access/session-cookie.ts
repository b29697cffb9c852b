import { ABSOLUTE_MS } from './browser-sessions.ts'

const NAME = 'facet_session'

/** With this prefix browsers take the cookie from no other host, and only over https. */
const SECURE_NAME = `__Host-${NAME}`

/** The id in the cookie of a request; it counts only on requests from the service's own pages. */
export function sessionIn(cookies: string | undefined): string | undefined {
  const found = new Map<string, string>()
  for (const part of cookies?.split(';') ?? []) {
    const at = part.indexOf('=')
    if (at > 0) found.set(part.slice(0, at).trim(), part.slice(at + 1).trim())
  }
  return found.get(SECURE_NAME) ?? found.get(NAME)
}

/** The `Set-Cookie` header of a session. */
export function sessionCookie(id: string, isSecure: boolean): string {
  return `${cookie(id, isSecure)}; Max-Age=${ABSOLUTE_MS / 1000}`
}

/** The `Set-Cookie` headers that make a browser forget its session, however it was set. */
export const FORGET_SESSION = [`${cookie('', false)}; Max-Age=0`, `${cookie('', true)}; Max-Age=0`]

function cookie(id: string, isSecure: boolean): string {
  const name = isSecure ? SECURE_NAME : NAME
  return `${name}=${id}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
}

/**
 * Whether a page of the service itself made the request. `Sec-Fetch-Site` is written by the browser
 * and by no page; where it is missing, the `Origin` must be one of the service's own. Same site is
 * not enough: pages of another port or a neighbouring host send the cookie along.
 */
export function isOwnPage(
  header: (name: string) => string | undefined,
  ownOrigins: readonly (string | undefined)[],
): boolean {
  const site = header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = header('origin')
  return origin !== undefined && ownOrigins.includes(origin)
}
