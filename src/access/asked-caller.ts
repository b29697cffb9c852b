import { z } from 'zod'
import { FacetError } from '../errors/facet-error.ts'
import type { JsonObject } from '../store/ports.ts'
import type { Caller } from './caller.ts'

const names = z.array(z.string().min(1).max(256)).max(1_000).default([])

/** Somebody who is made up, to ask what such a caller would be let do. */
export const madeUpCaller = z
  .strictObject({
    // No user's id: owners, shares and policies that name somebody do not mean this caller.
    id: z.string().max(256).default(''),
    roles: names,
    groups: names,
    attributes: z.record(z.string(), z.unknown()).default({}),
  })
  .meta({ id: 'MadeUpCaller' })

/** Whom a question is about: the id of a user, or somebody made up. */
export const askedCaller = z.union([z.string().min(1).max(256), madeUpCaller])

export type AskedCaller = z.output<typeof askedCaller>

/** A caller as policies would see them, with no credential that could be used. */
export function callerLike(
  given: Pick<Caller, 'id' | 'roles' | 'groups'> & { readonly attributes: object },
): Caller {
  const { id, roles, groups, attributes } = given
  return { id, kind: 'user', roles, groups, attributes: attributes as JsonObject }
}

/** Reads whom a question in an address is about. @throws {FacetError} `invalid_request` */
export function askedInAddress(text: string): AskedCaller {
  if (!text.trimStart().startsWith('{')) return text
  const parsed = madeUpCaller.safeParse(parsedJson(text))
  if (parsed.success) return parsed.data
  throw refused(parsed.error.issues[0]!.message)
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw refused((error as Error).message)
  }
}

function refused(message: string): FacetError {
  return new FacetError('invalid_request', 'Expected the id of a user, or a caller as JSON.', {
    errors: [{ path: 'caller', message }],
  })
}
