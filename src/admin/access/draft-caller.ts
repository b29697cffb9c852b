import { parseJson } from '../parts/json-input.tsx'

/** A caller being chosen: a user by its id, or one made up. */
export interface DraftCaller {
  readonly kind: 'user' | 'made_up'
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
  const { kind, user, id, roles, groups, attributes } = draft
  if (kind === 'user') return user === '' ? undefined : { user }
  try {
    return { caller: { id, roles, groups, attributes: parseJson(attributes) } }
  } catch {
    return undefined
  }
}
