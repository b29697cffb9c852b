import type { z } from 'zod'
import { type AskedCaller, askedCaller } from '../access/asked-caller.ts'
import { isJsonObject } from '../catalog/json.ts'
import { errorItems } from '../catalog/verbs.ts'
import { FacetError } from '../errors/facet-error.ts'
import { type Rule, rulesSchema } from './definition.ts'
import type { Subjected } from './permit/grounds.ts'
import type { Servers } from './servers.ts'
import { unsavedServer } from './unsaved-server.ts'

const EXPECTED = 'Expected {"rules": […]} or an array of rules.'

/** What a preview is asked for. Only what a body says is set. */
export interface AskedPreview {
  readonly rules?: readonly Rule[]
  readonly definition?: unknown
  readonly caller?: AskedCaller
}

/**
 * Reads the body of a preview: `{"rules": […]}`, a bare array, or a whole `definition`; each with the
 * `caller` to look through.
 *
 * @throws {FacetError} `invalid_request`
 */
export function previewBody(body: unknown): AskedPreview {
  if (!isJsonObject(body)) return { rules: rulesIn(body) }
  const { rules, definition, caller } = body
  if (rules !== undefined && definition !== undefined) {
    const message = 'Expected either rules or definition.'
    throw new FacetError('invalid_request', message, { errors: [{ path: 'rules', message }] })
  }
  return {
    ...(rules === undefined ? {} : { rules: rulesIn(rules) }),
    ...(definition === undefined ? {} : { definition }),
    ...(caller === undefined ? {} : { caller: callerIn(caller) }),
  }
}

/** The server a preview simulates that is about none that is saved. @throws {FacetError} */
export function previewedServer({ rules, definition }: AskedPreview, servers: Servers): Subjected {
  if (definition !== undefined) return unsavedServer(definition, servers)
  return unsavedServer({ name: 'preview', rules: rules ?? rulesIn(undefined) }, servers)
}

/**
 * A saved server as it would be with what the body says of it; what a definition leaves out is as it
 * is stored.
 *
 * @throws {FacetError} `invalid_request`
 */
export function editedServer(
  { rules, definition }: AskedPreview,
  { id, definition: stored }: Subjected,
  servers: Servers,
): Subjected {
  if (definition === undefined)
    return { id, definition: rules ? { ...stored, rules: [...rules] } : stored }
  const edited = isJsonObject(definition) ? { ...stored, ...definition, id } : definition
  return unsavedServer(edited, servers)
}

function rulesIn(rules: unknown): Rule[] {
  const parsed = rulesSchema.safeParse(rules)
  if (parsed.success) return parsed.data
  throw refused('rules', parsed.error, EXPECTED)
}

function callerIn(caller: unknown): AskedCaller {
  const parsed = askedCaller.safeParse(caller)
  if (parsed.success) return parsed.data
  throw refused('caller', parsed.error, 'Expected the id of a user, or a caller that is made up.')
}

function refused(below: string, error: z.ZodError, message: string): FacetError {
  return new FacetError('invalid_request', message, {
    errors: errorItems(error).map(({ path, message }) => ({
      path: `${below}${path.startsWith('[') || path === '' ? path : `.${path}`}`,
      message,
    })),
  })
}
