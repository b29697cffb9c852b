import { z } from 'zod'
import type { Caller } from '../caller.ts'

/** `user:ada`, `group:risk`, `role:analyst` */
const share = z
  .string()
  .max(300)
  .regex(/^(?:user|group|role):[\s\S]+$/, 'A share is user:<id>, group:<name> or role:<name>.')
const shares = z.array(share).max(1_000).default([])

/** What a dynamic server says about who may see and change it, besides policies. */
export const grantFields = {
  owner: z.string().min(1).max(256).nullable().default(null).meta({
    description: 'Id of the caller who may see and change the server, whatever policies allow.',
  }),
  roles: z.array(z.string().min(1).max(64)).max(64).default([]).meta({
    description: 'Roles of callers who may see all of the server.',
  }),
  shares: z
    .strictObject({ read: shares, write: shares })
    .default({ read: [], write: [] })
    .meta({ description: 'Who else may see all of the server (read), or change it too (write).' }),
}

export interface Grants {
  readonly owner: string | null
  readonly roles: readonly string[]
  readonly shares: { readonly read: readonly string[]; readonly write: readonly string[] }
}

/** Nobody in particular has no id: whoever calls without a credential owns nothing. */
export function owns(caller: Caller, owner: string | null): boolean {
  return owner !== null && caller.kind !== 'anonymous' && caller.id === owner
}

/** Whether a server is open to a caller by its owner, roles and shares. */
export function maySee(caller: Caller, { owner, roles, shares }: Grants): boolean {
  return (
    owns(caller, owner) ||
    roles.some((role) => caller.roles.includes(role)) ||
    shares.read.some((share) => isFor(share, caller)) ||
    shares.write.some((share) => isFor(share, caller))
  )
}

/** Whether a caller may change a server by its owner and shares. */
export function mayChange(caller: Caller, { owner, shares }: Grants): boolean {
  return owns(caller, owner) || shares.write.some((share) => isFor(share, caller))
}

/** Whether a server names a caller by id, so that others with the same roles may stand otherwise. */
export function names({ owner, shares }: Grants, { id }: Caller): boolean {
  const user = `user:${id}`
  return owner === id || shares.read.includes(user) || shares.write.includes(user)
}

function isFor(share: string, { id, kind, roles, groups }: Caller): boolean {
  const at = share.indexOf(':')
  const name = share.slice(at + 1)
  switch (share.slice(0, at)) {
    case 'user':
      return kind !== 'anonymous' && id === name
    case 'group':
      return groups.includes(name)
    default:
      return roles.includes(name)
  }
}
