import type { Caller } from './caller.ts'

/**
 * What a route asks of whoever calls it, declared beside the route:
 * `open` nothing, `self` to be somebody, `use` to use a dynamic server, `read` to see how things
 * are set up, `write` to change entries and servers, `admin` everything else.
 */
export const RIGHTS = ['open', 'self', 'use', 'read', 'write', 'admin'] as const
export type Right = (typeof RIGHTS)[number]

/** The roles that open routes. Any other role opens none: it is for policies. */
export const ROLE_RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  client: ['use'],
  viewer: ['use', 'read'],
  editor: ['use', 'read', 'write'],
  admin: ['use', 'read', 'write', 'admin'],
}

/** Whether one of the caller's roles has a right. */
export function hasRight({ roles }: Caller, right: Right): boolean {
  if (right === 'open' || right === 'self') return true
  return roles.some(
    (role) => Object.hasOwn(ROLE_RIGHTS, role) && ROLE_RIGHTS[role]!.includes(right),
  )
}
