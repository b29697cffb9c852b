import { isLoopback } from '../access/request-guard.ts'
import { hasAuth } from '../access/tokens/settings.ts'
import { ConfigError } from './load.ts'
import type { Settings } from './settings.ts'

type Door = Pick<Settings, 'host' | 'admin_token' | 'public_url' | 'auth'>

/**
 * Without a credential everybody who can reach the service may change it.
 *
 * @param hasKeys whether there is, or ever was, a key
 * @throws {ConfigError} when others than this machine would be let in, or tokens are made for no address.
 */
export function refuseOpenDoor(
  { host, admin_token, public_url, auth }: Door,
  hasKeys: boolean,
): void {
  const takesTokens = auth.jwt.length > 0 || auth.introspection !== undefined
  if (takesTokens && public_url === undefined && !isLoopback(host)) {
    throw new ConfigError(['public_url: tokens are made for an address; say which one it is.'])
  }
  if (admin_token !== undefined || hasKeys || hasAuth(auth)) return
  const isPublic = public_url !== undefined && !isLoopback(new URL(public_url).hostname)
  if (!isPublic && isLoopback(host)) return
  const how = 'make a key with `facet init`, or set FACET_ADMIN_TOKEN'
  throw new ConfigError([
    isPublic
      ? `public_url: whoever reaches ${public_url} would be let in; ${how}.`
      : `host: ${host} can be reached by others; ${how}, or listen on 127.0.0.1.`,
  ])
}
