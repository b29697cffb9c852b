import type { Caller } from '../access/caller.ts'
import type { Entry } from '../catalog/entry.ts'
import { FacetError } from '../errors/facet-error.ts'
import { findResource } from './find.ts'
import { requirePass } from './guards/pass.ts'
import type { InvokeContext } from './invoke.ts'

/**
 * Calls back whenever a resource that the caller's view shows holds something else, until the
 * answer is called. Whether the view still shows it is looked up anew each time.
 *
 * @param session the session of an older client that asks
 * @throws {FacetError} `not_found`, what a guard has against it, or why its source cannot watch it.
 */
export async function watchResource(
  context: InvokeContext,
  server: string,
  caller: () => Caller,
  uri: string,
  onUpdated: () => void,
  session?: string,
): Promise<() => void> {
  const visible = async (): Promise<Entry | undefined> => {
    const view = await context.resolver.resolve(server, caller())
    return findResource(context.catalog, view, uri)?.entry
  }
  const entry = await visible()
  if (!entry) throw new FacetError('not_found', `Unknown resource: ${uri}`)
  await requirePass(context, { server, caller: caller(), entry, args: { uri }, session })
  let watching = true
  const updated = () => {
    visible()
      .then((shown) => {
        if (watching && shown?.record.id === entry.record.id) onUpdated()
      })
      // A server that cannot be evaluated shows nothing.
      .catch(() => undefined)
  }
  const stop = entry.source.federated
    ? await context.runner.watchResource(entry, uri, updated)
    : watchManual(context, entry, updated)
  return () => {
    watching = false
    stop()
  }
}

/** A resource posted here changes when somebody writes it. */
function watchManual({ catalog }: InvokeContext, entry: Entry, updated: () => void): () => void {
  let content = JSON.stringify(entry.record.content)
  return catalog.subscribe(() => {
    const now = JSON.stringify(catalog.get(entry.record.id)?.record.content)
    if (now !== undefined && now !== content) updated()
    content = now ?? content
  })
}
