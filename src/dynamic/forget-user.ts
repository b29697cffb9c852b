import type { Hidden } from '../access/hidden.ts'
import type { Author } from '../store/ports.ts'
import type { DynamicServer, Servers } from './servers.ts'

/**
 * Takes back what names a user who was deleted: what they hid, and their shares of servers. Whoever
 * has the id next starts without them. Owners stay: what nobody owns is for every editor.
 *
 * @throws {FacetError} where a server can no longer be saved.
 */
export async function forgetUser(
  { servers, hidden }: { readonly servers: Servers; readonly hidden: Hidden },
  user: string,
  author: Author,
): Promise<void> {
  await hidden.drop(user)
  const share = `user:${user}`
  for (const { id } of servers.all()) {
    await servers.alone(async () => {
      const server = servers.find(id)
      if (!server || !isShared(server, share)) return
      const { definition } = server
      const { read, write } = definition.shares
      const shares = {
        read: read.filter((one) => one !== share),
        write: write.filter((one) => one !== share),
      }
      await servers.put(id, { ...definition, shares }, 'rest', author)
    })
  }
}

/** Files say what they say; what cannot be understood is left as it is stored. */
function isShared({ definition, origin, problem }: DynamicServer, share: string): boolean {
  const { read, write } = definition.shares
  const isOurs = origin === 'rest' && problem === undefined
  return isOurs && (read.includes(share) || write.includes(share))
}
