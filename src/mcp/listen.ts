import type { Caller } from '../access/caller.ts'
import { isJsonObject } from '../catalog/json.ts'
import type { InvokeContext } from '../dynamic/invoke.ts'
import { watchResource } from '../dynamic/watch-resource.ts'
import type { JsonObject } from '../store/ports.ts'
import type { StreamWatch } from './watched-bus.ts'

/** Resources one stream may watch. */
const MAX_WATCHED = 1_000

/** Whether a request opens a stream that stays open. */
export function isListen(body: unknown): boolean {
  return isJsonObject(body) && body.method === 'subscriptions/listen'
}

/** The URIs a `subscriptions/listen` request wants to hear of; undefined for other requests. */
export function watchedUris(body: unknown): readonly string[] | undefined {
  if (!isJsonObject(body) || !isListen(body)) return undefined
  const notifications = isJsonObject(body.params) ? body.params.notifications : undefined
  const uris = isJsonObject(notifications) ? notifications.resourceSubscriptions : undefined
  const wanted = Array.isArray(uris) && uris.every((uri) => typeof uri === 'string')
  return wanted && uris.length > 0 ? [...new Set(uris as string[])] : undefined
}

/** The same request for these URIs only. */
export function withUris(body: JsonObject, uris: readonly string[]): JsonObject {
  const params = body.params as JsonObject
  const { resourceSubscriptions: _, ...rest } = params.notifications as JsonObject
  const notifications = uris.length > 0 ? { ...rest, resourceSubscriptions: [...uris] } : rest
  return { ...body, params: { ...params, notifications } }
}

/**
 * Starts to watch resources for a stream that is about to open. What the caller does not see, or
 * its source cannot watch, is left out: the stream's acknowledgement says what remains.
 */
export async function startWatch(
  context: InvokeContext,
  server: string,
  caller: Caller,
  uris: readonly string[],
): Promise<StreamWatch & { readonly uris: readonly string[]; readonly isOpen: boolean }> {
  let deliver: ((uri: string) => void) | undefined
  const watched = await Promise.all(
    uris.slice(0, MAX_WATCHED).map(async (uri) => {
      try {
        const stop = await watchResource(
          context,
          server,
          () => caller,
          uri,
          () => deliver?.(uri),
        )
        return [{ uri, stop }]
      } catch {
        return []
      }
    }),
  )
  const all = watched.flat()
  return {
    uris: all.map(({ uri }) => uri),
    get isOpen() {
      return deliver !== undefined
    },
    opened: (to) => {
      deliver = to
    },
    close: () => {
      for (const { stop } of all) stop()
    },
  }
}
