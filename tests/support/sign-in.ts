import type { AuthorizationStatus } from '../../src/sources/oauth/status.ts'
import type { TestFacet } from './facet.ts'
import { inState, type ShownSource, until } from './wait.ts'

/**
 * Opens a page as a browser does, with cookies, and follows it.
 *
 * @returns where it ends: an address of Facet that was not opened.
 */
export async function browse(from: string, home: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = new URL(from)
  for (let hops = 0; hops < 12; hops++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      cookies.set(name!, value!)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`${url.pathname}: ${response.status} ${await response.text()}`)
    url = new URL(location, url)
    if (url.origin === home) return url
  }
  throw new Error('redirected for ever')
}

export function authorizationOf(source: ShownSource): AuthorizationStatus {
  const { authorization } = source.status as unknown as { authorization: AuthorizationStatus }
  return authorization
}

/** The address that a source waits to be opened. */
export async function pageOf(facet: TestFacet, id: string): Promise<string> {
  const source = await inState(facet, id, 'authorization_required')
  return authorizationOf(source).sign_in!.url!
}

/** Signs in for a source, and waits until it is connected. */
export async function signIn(facet: TestFacet, id: string): Promise<ShownSource> {
  const back = await browse(await pageOf(facet, id), facet.url)
  const answer = await facet.api('GET', back.pathname + back.search)
  if (answer.status !== 200) throw new Error(answer.text)
  return until(`${id} is up`, async () => {
    const source = await facet.ok<ShownSource>('GET', `/sources/${id}`)
    return source.status.state === 'up' && source
  })
}
