import { type AskedCaller, callerLike } from '../access/asked-caller.ts'
import type { Caller } from '../access/caller.ts'
import type { Managed } from '../access/policies/change-rights.ts'
import { hasRight } from '../access/rights.ts'
import type { LookThrough } from '../dynamic/permit/look-through.ts'
import { FacetError } from '../errors/facet-error.ts'
import type { HttpContext } from './context.ts'

/**
 * Through whose eyes a server is to be looked at. Whoever may manage it may ask about anybody, and
 * is told the reasons; everybody else may only ask about themselves, and is told none.
 *
 * @throws {FacetError} `forbidden`, `not_found` for a user there is not.
 */
export function lookingThrough(
  context: HttpContext,
  asker: Caller,
  given: AskedCaller | undefined,
  server: Managed,
): LookThrough | undefined {
  if (given === undefined) return undefined
  const { accounts, changeRights, resolution } = context
  // A server that is not saved must not pass for the one that has its id.
  const managed = [server, resolution.servers.find(server.id) ?? server]
  const isManager =
    hasRight(asker, 'write') && managed.every((each) => changeRights.mayManage(asker, each))
  if (given === asker.id) return { caller: asker, reasons: isManager ? 'all' : 'none' }
  if (!isManager) {
    const message = 'Only whoever may manage the server can look at it as somebody else.'
    throw new FacetError('forbidden', message)
  }
  if (typeof given === 'object') return { caller: callerLike(given), reasons: 'all' }
  const user = accounts.user(given)
  if (!user) throw new FacetError('not_found', `There is no user ${JSON.stringify(given)}.`)
  // What a user is made of is for administrators to see.
  const reasons = hasRight(asker, 'admin') ? 'all' : 'policies'
  return { caller: callerLike(user), reasons, isDisabled: user.disabled }
}
