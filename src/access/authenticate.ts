import { FacetError } from '../errors/facet-error.ts'
import type { Accounts } from './accounts.ts'
import { prefixOf } from './api-key.ts'
import { ADMIN, type Caller, LOCAL, OPERATOR } from './caller.ts'
import { type Asking, OPERATOR_HEADER, shownBy } from './credential.ts'
import { digestOf, holdsSecret } from './digest.ts'
import type { Resources } from './resource.ts'
import type { Tokens } from './tokens/tokens.ts'

/**
 * Finds out who asks; undefined when the request shows no credential and needs one. The admin
 * token, keys and whatever is remembered are answered without waiting.
 *
 * @throws {FacetError} `unauthorized` for a credential that is not valid
 */
export type Authenticate = (asking: Asking) => Caller | undefined | Promise<Caller | undefined>

export interface AuthenticateOptions {
  readonly adminToken: string | undefined
  readonly operatorToken: string
  readonly accounts: Accounts
  /** Whether tokens or a proxy let callers in. */
  readonly hasAuth: boolean
  readonly tokens: Pick<Tokens, 'callerOf'>
  readonly resources: Pick<Resources, 'resourceOf'>
  readonly sessions: { callerOf(id: string): Caller | undefined }
  readonly proxyIdentity?: ((asking: Asking) => Caller | undefined) | undefined
}

/** What tells whether a credential is needed, and whether one still holds. */
export type DoorOptions = Pick<AuthenticateOptions, 'adminToken' | 'accounts' | 'hasAuth'>

/** Whether anybody on this machine comes in as the local user: there never was a credential. */
export function isOpen({ adminToken, accounts, hasAuth }: DoorOptions): boolean {
  return adminToken === undefined && !accounts.closed && !hasAuth
}

export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { operatorToken, tokens, resources, sessions } = options
  const holderOf = createHolderOf(options)
  const operator = digestOf(operatorToken)
  return (asking) => {
    if (isOpen(options)) return LOCAL
    const shown = shownBy(asking)
    if (shown === undefined) {
      const given = asking.mcpPath === undefined ? asking.header(OPERATOR_HEADER) : undefined
      if (given !== undefined && holdsSecret(given, operator)) return OPERATOR
      if (asking.session !== undefined) return valid(sessions.callerOf(asking.session))
      return options.proxyIdentity?.(asking)
    }
    if (shown.isUnusable) throw missing()
    const holder = holderOf(shown.secret)
    if (holder) return holder
    // What looks like a key of ours is shown to nobody else.
    if (!shown.isBearer || prefixOf(shown.secret)) throw invalid()
    const found = tokens.callerOf(shown.secret, resources.resourceOf(asking.mcpPath))
    return found instanceof Promise ? found.then(valid) : valid(found)
  }
}

/** Whoever holds a credential that the service itself gave out: the admin token or a key. */
export function createHolderOf({
  adminToken,
  accounts,
}: Pick<AuthenticateOptions, 'adminToken' | 'accounts'>): (secret: string) => Caller | undefined {
  const admin = adminToken === undefined ? undefined : digestOf(adminToken)
  return (secret) => (admin && holdsSecret(secret, admin) ? ADMIN : accounts.callerOf(secret))
}

function valid(caller: Caller | undefined): Caller {
  if (caller) return caller
  throw invalid()
}

const invalid = () => new FacetError('unauthorized', 'The credential is not valid.')

/** What to say to a request without a credential. */
export function missing(): FacetError {
  return new FacetError(
    'unauthorized',
    'Send the credential as "Authorization: Bearer <token>" or "x-api-key: <key>".',
  )
}

/** What has become of a caller; see {@link createRecheck}. */
export type Recheck = (caller: Caller) => Caller | undefined

/**
 * Who a caller is by now, for sessions and streams that stay open: undefined when its credential
 * has ended.
 */
export function createRecheck(options: DoorOptions): Recheck {
  const { accounts } = options
  return (caller) => {
    const { kind, credential } = caller
    if (kind === 'local') return isOpen(options) ? LOCAL : undefined
    if (credential?.kind === 'key') return accounts.currentOf(credential.id)
    const expires = credential?.expires ?? Infinity
    return accounts.now().getTime() < expires ? caller : undefined
  }
}
