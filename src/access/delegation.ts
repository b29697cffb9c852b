import { FacetError } from '../errors/facet-error.ts'
import type { UserRecord } from '../store/access-port.ts'
import type { JsonObject } from '../store/ports.ts'
import { type Caller, RESERVED_CALLER_IDS } from './caller.ts'
import { isUnbound } from './policies/standing.ts'

/** Header that asks for a whole request to be done as an agent. */
export const AGENT_HEADER = 'x-agent-id'

/** Name of the argument, and of the member of `_meta`, that asks for it. */
export const AGENT_KEY = 'agent_id'

const AGENT_ID = /^[A-Za-z0-9_.@-]{1,128}$/

/** Attribute of a caller: ids of the agents it may act as, or `*` for all. */
const DELEGATES = 'delegates'

interface Known {
  readonly user: UserRecord | undefined
  readonly caller: Caller
}

/**
 * Callers who act as agents. Who asks is told by the credential alone; the agent is a wish to be
 * less than that. What may be used is what both may use, so nothing is won by naming one.
 */
export class Delegation {
  readonly #users: { user(id: string): UserRecord | undefined }
  /** Views and policies keep what they know by caller, so that equal ones are one. */
  readonly #known = new WeakMap<Caller, Map<string, Known>>()

  constructor(users: { user(id: string): UserRecord | undefined }) {
    this.#users = users
  }

  /**
   * The caller as an agent, or as it is when none is asked for.
   *
   * @param claim what stands in the header, an argument or `_meta`
   * @throws {FacetError} `invalid_request` for what is no id; `forbidden`, in the same words for
   *   agents that are not there and those the caller may not act as
   */
  actAs(caller: Caller, claim: unknown): Caller {
    if (claim === undefined || claim === caller.agent) return caller
    if (typeof claim !== 'string' || !AGENT_ID.test(claim)) {
      throw new FacetError('invalid_request', `${AGENT_KEY} is no id of an agent.`)
    }
    // One who acts as an agent already cannot go on to be another.
    if (caller.actsAs || !mayActAs(caller, claim)) throw refused(claim)
    const user = this.#users.user(claim)
    if (user?.disabled) throw refused(claim)
    const known = this.#known.get(caller) ?? new Map<string, Known>()
    this.#known.set(caller, known)
    const made = known.get(claim)
    if (made && made.user === user) return made.caller
    const acting = { ...caller, agent: claim, actsAs: agentOf(claim, user) }
    known.set(claim, { user, caller: acting })
    return acting
  }
}

/** The rights of an agent are its own: those of the user with its id, and what policies say of it. */
function agentOf(id: string, user: UserRecord | undefined): Caller {
  const { roles = [], groups = [], attributes = {} } = user ?? {}
  return { id, kind: 'agent', roles, groups, attributes, agent: id }
}

function mayActAs(caller: Caller, agent: string): boolean {
  if (RESERVED_CALLER_IDS.includes(agent) || caller.kind === 'anonymous') return false
  if (isUnbound(caller)) return true
  const delegates = caller.attributes[DELEGATES]
  return Array.isArray(delegates) && (delegates.includes(agent) || delegates.includes('*'))
}

function refused(agent: string): FacetError {
  return new FacetError('forbidden', `You may not act as ${JSON.stringify(agent)}.`)
}

/** The wish to act as an agent among arguments, and the arguments without it. */
export function claimIn(args: JsonObject): { claim: unknown; args: JsonObject } {
  if (!Object.hasOwn(args, AGENT_KEY)) return { claim: undefined, args }
  const { [AGENT_KEY]: claim, ...rest } = args
  return { claim, args: rest }
}
