import { parseJson } from '../parts/json-input.tsx'

/** A caller being chosen: a user by its id, or one made up. */
export interface DraftCaller {
  readonly kind: 'anybody' | 'user' | 'made_up'
  readonly user: string
  readonly id: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly attributes: string
}

export const NO_CALLER: DraftCaller = {
  kind: 'user',
  user: '',
  id: '',
  roles: [],
  groups: [],
  attributes: '',
}

/** How a question names the caller; undefined while nobody is chosen, or the attributes are none. */
export function asked(draft: DraftCaller) {
  const caller = callerOf(draft)
  if (caller === undefined) return undefined
  return typeof caller === 'string' ? { user: caller } : { caller }
}

/** The id of a user, or a caller; undefined where it is not about anybody in particular. */
export function callerOf(draft: DraftCaller) {
  const { kind, user, id, roles, groups, attributes } = draft
  if (kind === 'anybody') return undefined
  if (kind === 'user') return user === '' ? undefined : user
  try {
    return { id, roles, groups, attributes: parseJson(attributes) }
  } catch {
    return undefined
  }
}
