import { FacetError } from '../errors/facet-error.ts'
import type { Logger } from '../observability/logger.ts'
import type { Secrets } from '../sources/secrets.ts'
import type { Accounts } from './accounts.ts'
import { Attempts } from './attempts.ts'
import {
  createAuthenticate,
  createHolderOf,
  createRecheck,
  isOpen,
  type Recheck,
} from './authenticate.ts'
import { BrowserSessions } from './browser-sessions.ts'
import { Delegation } from './delegation.ts'
import { createGate, type Gate, type ServerDoor } from './gate.ts'
import { createProxyIdentity } from './proxy-identity.ts'
import { createResources, type Resources } from './resource.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { type AuthSettings, hasAuth } from './tokens/settings.ts'
import { Tokens } from './tokens/tokens.ts'

export interface AccessOptions {
  readonly settings: {
    readonly admin_token?: string | undefined
    readonly public_url?: string | undefined
    readonly auth: AuthSettings
  }
  readonly operatorToken: string
  readonly accounts: Accounts
  readonly secrets: Secrets
  readonly logger: Logger
  readonly now: () => Date
  /** Where the service can be reached when the settings do not say. */
  readonly baseUrl: () => string
  readonly doorOf: (server: string) => ServerDoor | undefined
}

/** Everything that decides who comes in as whom. */
export function createAccess(options: AccessOptions): {
  readonly gate: Gate
  readonly delegation: Delegation
  readonly resources: Resources
  readonly recheck: Recheck
  readonly isOpen: () => boolean
  readonly signIn: SignIn
} {
  const { settings, operatorToken, accounts, secrets, logger, now } = options
  const { auth } = settings
  const publicUrl = settings.public_url?.replace(/\/+$/, '')
  const resources = createResources(auth, () => publicUrl ?? options.baseUrl())
  const clientSecret = () => {
    const { client_secret = '', url = 'http://localhost' } = auth.introspection ?? {}
    const to = { kind: 'http', url: new URL(url) } as const
    const value = secrets.resolve({ client_secret }, 'config', to).client_secret
    if (value) return value
    throw new FacetError('source_unavailable', 'The client secret is not set.')
  }
  const door = { adminToken: settings.admin_token, accounts, hasAuth: hasAuth(auth) }
  const recheck = createRecheck(door)
  const delegation = new Delegation(accounts)
  const sessions = new BrowserSessions(recheck, now)
  const credentials = {
    ...door,
    operatorToken,
    sessions,
    tokens: new Tokens({ settings: auth, clientSecret, logger, now }),
    resources,
    proxyIdentity: auth.proxy && createProxyIdentity(auth.proxy),
  }
  return {
    gate: createGate(createAuthenticate(credentials), options.doorOf, delegation),
    delegation,
    resources,
    recheck,
    isOpen: () => isOpen(door),
    signIn: createSignIn(sessions, new Attempts(now), createHolderOf(door)),
  }
}
