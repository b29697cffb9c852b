import type { Secrets } from '../../sources/secrets.ts'
import { type Checked, parseBody, type Writing } from '../definitions/write.ts'
import { type CompiledGuard, compileGuard } from './compile.ts'
import { type GuardDefinition, guardInput } from './definition.ts'
import type { Guards } from './guards.ts'

/** What guards are written with. */
export interface GuardContext {
  readonly guards: Guards
  readonly secrets: Pick<Secrets, 'check'>
}

/** Validates a body, its filters and patterns included. @throws {FacetError} `invalid_request`, `invalid_filter` */
export function checkGuard(body: unknown): Checked<GuardDefinition> {
  const { id, ...definition } = parseBody('guard', guardInput, body)
  compileGuard(definition)
  return { id, definition }
}

/** That a guard may use the secret it names. @throws {FacetError} `unknown_secret` */
export function checkSecret(definition: GuardDefinition, secrets: GuardContext['secrets']): void {
  if (definition.kind !== 'totp') return
  // Whoever wrote it: what opens a group is declared for that, or not used.
  secrets.check({ secret: definition.secret }, 'rest', { kind: 'guard' }, 'guard')
}

/** How guards are written over REST: the reference to a secret is checked, too. */
export function guardWriting({
  guards,
  secrets,
}: GuardContext): Writing<GuardDefinition, CompiledGuard> {
  function check(body: unknown): Checked<GuardDefinition> {
    const checked = checkGuard(body)
    checkSecret(checked.definition, secrets)
    return checked
  }
  return { definitions: guards, check }
}
