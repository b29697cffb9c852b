import type { FacetEvent } from '../api/types.ts'

const ROUTE = /^[A-Z]+ \//
const PARAMETER = /\{\w+\}/

/** What an event was about: a name, or the route of a change with the id it was called with. */
export function whatOf({ name, entry }: Pick<FacetEvent, 'name' | 'entry'>): {
  readonly name: string | null
  /** The id of what was made: its route has no place for one. */
  readonly made?: string
} {
  if (name === null || !entry || !ROUTE.test(name)) return { name }
  if (PARAMETER.test(name)) return { name: name.replace(PARAMETER, () => entry) }
  return { name, made: entry }
}
