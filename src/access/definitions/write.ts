import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { isJsonObject } from '../../catalog/json.ts'
import { mergePatch } from '../../catalog/merge-patch.ts'
import { errorItems, type Precondition } from '../../catalog/verbs.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { Defined, Definitions } from './definitions.ts'

/** A body that is valid; an id is made up where it has none. */
export interface Checked<Definition> {
  readonly id: string | undefined
  readonly definition: Definition
}

/** Where definitions of a kind are written, and what a body of theirs has to be. */
export interface Writing<Definition extends object, Compiled> {
  readonly definitions: Definitions<Definition, Compiled>
  /** @throws {FacetError} `invalid_request`, `invalid_filter` and what else can be wrong with it. */
  readonly check: (body: unknown) => Checked<Definition>
}

/** The body of a request as its schema has it. @throws {FacetError} `invalid_request` */
export function parseBody<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new FacetError('invalid_request', `The ${name} is not valid.`, {
    errors: errorItems(parsed.error),
  })
}

/** @throws {FacetError} as checking, and `id_taken`. */
export async function create<D extends object, C>(
  { definitions, check }: Writing<D, C>,
  body: unknown,
): Promise<Defined<D, C>> {
  const { id: given, definition } = check(body)
  const id = given ?? `${definitions.kind.name}-${randomBytes(6).toString('hex')}`
  return definitions.alone(async () => {
    if (definitions.find(id)) throw new FacetError('id_taken', `The id ${id} is in use.`)
    return definitions.put(id, definition, 'rest')
  })
}

/** @throws {FacetError} as checking, `not_found`, `managed_by_config`, `precondition_failed`. */
export function replace<D extends object, C>(
  writing: Writing<D, C>,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<Defined<D, C>> {
  const { definitions } = writing
  return definitions.alone(async () => {
    changeable(definitions, id, precondition)
    return put(writing, id, body)
  })
}

/** Applies a JSON merge patch. @throws {FacetError} as replacing. */
export function patch<D extends object, C>(
  writing: Writing<D, C>,
  id: string,
  change: unknown,
  precondition: Precondition,
): Promise<Defined<D, C>> {
  const { definitions } = writing
  return definitions.alone(async () => {
    const { definition } = changeable(definitions, id, precondition)
    if (!isJsonObject(change)) {
      const { name } = definitions.kind
      throw new FacetError('invalid_request', `A merge patch of a ${name} is a JSON object.`)
    }
    return put(writing, id, mergePatch(definition as unknown as JsonObject, change))
  })
}

/** @throws {FacetError} `not_found`, `managed_by_config`, `precondition_failed` */
export function remove<D extends object, C>(
  { definitions }: Writing<D, C>,
  id: string,
  precondition: Precondition,
): Promise<void> {
  return definitions.alone(async () => {
    changeable(definitions, id, precondition)
    await definitions.remove(id)
  })
}

function put<D extends object, C>(
  { definitions, check }: Writing<D, C>,
  id: string,
  body: unknown,
): Promise<Defined<D, C>> {
  const checked = check(body)
  const { name } = definitions.kind
  if (checked.id !== undefined && checked.id !== id) {
    throw new FacetError('invalid_request', `The id of a ${name} does not change.`, {
      errors: [{ path: 'id', message: `Make a new ${name} instead.` }],
    })
  }
  return definitions.put(id, checked.definition, 'rest')
}

function changeable<D extends object, C>(
  definitions: Definitions<D, C>,
  id: string,
  precondition: Precondition,
): Defined<D, C> {
  const found = definitions.get(id)
  if (found.origin === 'config') {
    throw new FacetError('managed_by_config', `Change ${id} in the configuration file.`)
  }
  if (precondition && !precondition(found.version)) {
    throw new FacetError('precondition_failed', `${id} is at version ${found.version} now.`)
  }
  return found
}

/** The REST body of one. */
export function present<D extends object, C>(defined: Defined<D, C>) {
  const { id, definition, origin, version, problem, createdAt, updatedAt } = defined
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
