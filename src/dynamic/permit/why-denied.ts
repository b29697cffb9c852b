import { type Caller, OPERATOR } from '../../access/caller.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { EntryType } from '../../rules/fields.ts'
import { findNamed, findResource } from '../find.ts'
import type { Listed } from '../list.ts'
import type { Resolver } from '../resolve.ts'
import type { Servers } from '../servers.ts'

/** What a caller asked for and does not see. */
export interface Denied {
  /** The entry, where the server shows it to others. */
  readonly listed?: Listed
  /**
   * The policy that denies it, `access` where nothing lets the caller in, `rules` where the catalog
   * has an entry of that name that the server does not show. Unset: there is nothing of that name.
   */
  readonly decidedBy?: string
}

export type WhyDenied = (
  server: string,
  caller: Caller,
  type: EntryType,
  name: string,
) => Promise<Denied>

export interface WhyDeniedContext {
  readonly catalog: Catalog
  readonly servers: Servers
  readonly resolver: Resolver
}

/**
 * Why names are not seen, from what lists are made with: nothing is evaluated for it. The answer
 * is for those who manage a server; to the caller all of it looks alike.
 */
export function createWhyDenied(context: WhyDeniedContext): WhyDenied {
  return async (server, caller, type, name) => {
    try {
      return await find(context, server, caller, type, name)
    } catch {
      // A server that cannot be evaluated right now shows nothing to anybody.
      return {}
    }
  }
}

async function find(
  { catalog, servers, resolver }: WhyDeniedContext,
  id: string,
  caller: Caller,
  type: EntryType,
  name: string,
): Promise<Denied> {
  const server = servers.get(id)
  const whole = await resolver.resolve(id, OPERATOR)
  const listed =
    type === 'tool' || type === 'prompt'
      ? findNamed(whole, type, name)
      : findResource(catalog, whole, name)
  if (!listed) {
    const names = catalog.index(type).names(server.definition.naming)
    return names.get(name).length > 0 ? { decidedBy: 'rules' } : {}
  }
  const policy = resolver.permits.deniedBy(server, caller, listed.entry)
  return { listed, decidedBy: policy === undefined ? 'access' : `policy:${policy.id}` }
}
