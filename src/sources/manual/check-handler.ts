import type { HttpHandler } from '../../catalog/handler.ts'
import type { Secrets } from '../secrets.ts'

/**
 * Refuses a handler whose headers hold a secret, or refer to one that may not go to its host.
 *
 * @throws {FacetError} `unknown_secret`, `literal_secret`
 */
export function checkHandler(secrets: Secrets, { url, headers = {} }: HttpHandler): void {
  // Placeholders stand in the path and query only, so the host is the one written out.
  const host = new URL(url.replace(/\{[^{}]*\}/g, 'x'))
  secrets.check(headers, 'rest', { kind: 'http', url: host }, 'handler.headers')
}
