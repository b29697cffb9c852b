import { randomBytes } from 'node:crypto'
import { isJsonObject } from '../../catalog/json.ts'
import { mergePatch } from '../../catalog/merge-patch.ts'
import { errorItems, type Precondition } from '../../catalog/verbs.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Secrets } from '../../sources/secrets.ts'
import type { JsonObject } from '../../store/ports.ts'
import { compileGuard } from './compile.ts'
import { type GuardDefinition, guardInput } from './definition.ts'
import type { Guard, Guards } from './guards.ts'

/** What guards are written with. */
export interface GuardContext {
  readonly guards: Guards
  readonly secrets: Pick<Secrets, 'check'>
}

export interface CheckedGuard {
  readonly id: string | undefined
  readonly definition: GuardDefinition
}

/**
 * Validates a body, its filters, patterns and reference included.
 *
 * @throws {FacetError} `invalid_request`, `invalid_filter`, `unknown_secret`
 */
export function checkGuard({ secrets }: GuardContext, body: unknown): CheckedGuard {
  const parsed = guardInput.safeParse(body)
  if (!parsed.success) {
    throw new FacetError('invalid_request', 'The guard is not valid.', {
      errors: errorItems(parsed.error),
    })
  }
  const { id, ...definition } = parsed.data
  compileGuard(definition)
  if (definition.kind === 'totp') {
    secrets.check({ secret: definition.secret }, 'rest', { kind: 'guard' }, 'guard')
  }
  return { id, definition }
}

/** @throws {FacetError} as checking, and `id_taken`. */
export function createGuard(context: GuardContext, body: unknown): Promise<Guard> {
  const { guards } = context
  const { id = `guard-${randomBytes(6).toString('hex')}`, definition } = checkGuard(context, body)
  return guards.alone(async () => {
    if (guards.find(id)) throw new FacetError('id_taken', `The id ${id} is in use.`)
    return guards.put(id, definition, 'rest')
  })
}

/** @throws {FacetError} as checking, `not_found`, `managed_by_config`, `precondition_failed`. */
export function replaceGuard(
  context: GuardContext,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<Guard> {
  return context.guards.alone(async () => {
    changeable(context, id, precondition)
    return write(context, id, body)
  })
}

/** Applies a JSON merge patch. @throws {FacetError} as replacing. */
export function patchGuard(
  context: GuardContext,
  id: string,
  patch: unknown,
  precondition: Precondition,
): Promise<Guard> {
  return context.guards.alone(async () => {
    const { definition } = changeable(context, id, precondition)
    if (!isJsonObject(patch)) {
      throw new FacetError('invalid_request', 'A merge patch of a guard is a JSON object.')
    }
    return write(context, id, mergePatch(definition as unknown as JsonObject, patch))
  })
}

/** @throws {FacetError} `not_found`, `managed_by_config`, `precondition_failed` */
export function deleteGuard(
  context: GuardContext,
  id: string,
  precondition: Precondition,
): Promise<void> {
  return context.guards.alone(async () => {
    changeable(context, id, precondition)
    await context.guards.remove(id)
  })
}

function write(context: GuardContext, id: string, body: unknown): Promise<Guard> {
  const checked = checkGuard(context, body)
  if (checked.id !== undefined && checked.id !== id) {
    throw new FacetError('invalid_request', 'The id of a guard does not change.', {
      errors: [{ path: 'id', message: 'Make a new guard instead.' }],
    })
  }
  return context.guards.put(id, checked.definition, 'rest')
}

function changeable({ guards }: GuardContext, id: string, precondition: Precondition): Guard {
  const guard = guards.get(id)
  if (guard.origin === 'config') {
    throw new FacetError('managed_by_config', `Change ${id} in the configuration file.`)
  }
  if (precondition && !precondition(guard.version)) {
    throw new FacetError('precondition_failed', `${id} is at version ${guard.version} now.`)
  }
  return guard
}

/** The REST body of a guard. */
export function presentGuard(guard: Guard) {
  const { id, definition, origin, version, problem, createdAt, updatedAt } = guard
  return {
    id,
    ...definition,
    origin,
    problem: problem ?? null,
    version,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}
