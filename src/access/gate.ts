import { FacetError } from '../errors/facet-error.ts'
import { type Authenticate, missing } from './authenticate.ts'
import { ANONYMOUS, type Caller } from './caller.ts'
import type { Asking } from './credential.ts'
import { AGENT_HEADER, type Delegation } from './delegation.ts'
import { hasRight, type Right } from './rights.ts'

/** What a dynamic server says of who may come in. */
export interface ServerDoor {
  readonly active: boolean
  readonly anonymous: boolean
  readonly allow_query_key: boolean
  /** Scopes an access token must have here. */
  readonly required_scopes: readonly string[]
}

/** What a request wants: a right, and for which dynamic server when it is about one. */
export interface Wanted {
  readonly right: Right
  readonly server?: string | undefined
}

export interface Gate {
  /**
   * Lets a request in as somebody. Answers without waiting wherever the caller is known already.
   *
   * @throws {FacetError} `unauthorized`, `forbidden`, `insufficient_scope`, and `not_found` for a
   *   server that the caller may not use, in the words for one that does not exist.
   */
  enter(asking: Asking, wanted: Wanted): Caller | Promise<Caller>
  /** Whether a caller who is in already may stay. */
  mayStay(caller: Caller, wanted: Wanted): boolean
  /** Whether the key may be in the address of this server's endpoint. */
  takesQueryKey(server: string): boolean
}

/** The words for a server that is not there, whatever the reason. */
export function unknownServer(id: string): FacetError {
  return new FacetError('not_found', `There is no active server ${JSON.stringify(id)}.`)
}

/** Beside the errors, and not in them: what is thrown may be shown. */
const callers = new WeakMap<Error, Caller>()

/** Whom the gate refused with an error; undefined when it is not known who that was. */
export function refusedCaller(error: Error): Caller | undefined {
  return callers.get(error)
}

export function createGate(
  authenticate: Authenticate,
  doorOf: (server: string) => ServerDoor | undefined,
  delegation: Delegation,
): Gate {
  function letIn(found: Caller | undefined, wanted: Wanted, agent: string | undefined): Caller {
    const { right, server } = wanted
    const door = server === undefined ? undefined : doorOf(server)
    const isAnonymous = found === undefined && right === 'use' && door?.anonymous === true
    const caller = isAnonymous ? ANONYMOUS : found
    if (!caller) throw missing()
    try {
      authorize(caller, wanted, door)
      return actingAs(caller, agent, wanted)
    } catch (error) {
      callers.set(error as Error, caller)
      throw error
    }
  }

  /** An agent uses servers and does nothing else: whoever acts as one must not be more. */
  function actingAs(caller: Caller, agent: string | undefined, { right, server }: Wanted): Caller {
    if (agent === undefined) return caller
    if (right === 'use' && server !== undefined) return delegation.actAs(caller, agent)
    throw new FacetError('forbidden', `${AGENT_HEADER} is for using dynamic servers.`)
  }

  return {
    enter(asking, wanted) {
      const agent = asking.header(AGENT_HEADER)
      const as = (caller: Caller | undefined) => letIn(caller, wanted, agent)
      const found = authenticate(asking)
      return found instanceof Promise ? found.then(as) : as(found)
    },
    mayStay(caller, wanted) {
      try {
        authorize(caller, wanted, wanted.server === undefined ? undefined : doorOf(wanted.server))
        return true
      } catch {
        return false
      }
    },
    takesQueryKey: (server) => doorOf(server)?.allow_query_key === true,
  }
}

/** @throws {FacetError} `forbidden`, `not_found`, `insufficient_scope` */
function authorize(caller: Caller, { right, server }: Wanted, door: ServerDoor | undefined): void {
  const isAnonymous = caller.kind === 'anonymous'
  const isUse = right === 'use' && server !== undefined
  if (isAnonymous ? !isUse : !hasRight(caller, right)) {
    throw new FacetError('forbidden', 'Your roles do not open this route.')
  }
  if (caller.servers && right !== 'self') {
    if (server === undefined) {
      throw new FacetError('forbidden', 'The key is limited to certain dynamic servers.')
    }
    if (!caller.servers.includes(server)) throw unknownServer(server)
  }
  // Whoever cannot read how servers are set up learns of none that it does not use.
  if (isUse && !hasRight(caller, 'read') && !door?.active) throw unknownServer(server)
  if (isAnonymous && !door?.anonymous) throw unknownServer(server!)
  if (isUse && door) requireScopes(caller, door.required_scopes)
}

function requireScopes({ kind, scopes = [] }: Caller, required: readonly string[]): void {
  if (kind === 'anonymous' && required.length > 0) throw missing()
  if (kind !== 'token' || required.every((scope) => scopes.includes(scope))) return
  throw new FacetError('insufficient_scope', `The token needs the scopes ${required.join(' ')}.`, {
    errors: required.map((scope) => ({ path: 'scope', message: scope })),
  })
}
