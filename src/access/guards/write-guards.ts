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

/** How guards are written over REST: filters, patterns and the reference to a secret are checked. */
export function guardWriting({
  guards,
  secrets,
}: GuardContext): Writing<GuardDefinition, CompiledGuard> {
  function check(body: unknown): Checked<GuardDefinition> {
    const { id, ...definition } = parseBody('guard', guardInput, body)
    compileGuard(definition)
    if (definition.kind === 'totp') {
      secrets.check({ secret: definition.secret }, 'rest', { kind: 'guard' }, 'guard')
    }
    return { id, definition }
  }
  return { definitions: guards, check }
}
