import { send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Key } from '../api/types.ts'
import { setSignedOut } from '../session/signed-out.ts'

export type MadeKey = Key & { readonly key: string }

/**
 * Makes a key. The first one closes the door behind it, also for this page, so the page signs in
 * with it: whoever made it still has to see it.
 */
export async function takeKey(path: string, body: unknown, isFirst: boolean): Promise<MadeKey> {
  const made = await send<MadeKey>('POST', path, body)
  if (isFirst) {
    // Whatever comes of it, the key is shown: it can be typed into the page to sign in.
    await send('POST', '/session', { credential: made.key }).then(
      () => setSignedOut(false),
      () => undefined,
    )
    await queries.invalidateQueries()
  } else {
    await queries.invalidateQueries({ queryKey: ['keys'] })
  }
  return made
}
