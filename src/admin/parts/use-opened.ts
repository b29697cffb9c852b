import { useSearchParams } from 'wouter'

/** In the place of an id: the form for a new one. Ids of what can be opened so have no such form. */
export const NEW = '+'

/**
 * Which one of a list is open, empty for none. The address says it, under this name: it can be
 * linked to, and going back closes it.
 */
export function useOpened(name: string) {
  const [parameters, setParameters] = useSearchParams()
  const open = (id: string) => setParameters(id === '' ? {} : { [name]: id })
  return [parameters.get(name) ?? '', open] as const
}
