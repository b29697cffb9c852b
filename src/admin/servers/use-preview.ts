import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { send } from '../api/client.ts'
import type { Preview } from '../api/types.ts'
import { definitionOf, type ServerForm } from './form.ts'

/** Long enough that not every letter asks, short enough to feel like none of it waits. */
const PAUSE_MS = 200

/** Entries of a list that are named; more would keep the page from answering while somebody types. */
export const SHOWN = 100

/** The address and the body that a preview of a form is asked with. */
export function previewOf(id: string | undefined, form: ServerForm, caller?: string | object) {
  const path = `/dynamic/${id === undefined ? '' : `${id}/`}preview?limit=${SHOWN}`
  // A name is not there yet while the first rules are written.
  const definition = { ...definitionOf(form), name: form.name.trim() || 'New server' }
  return { path, body: { definition, ...(caller === undefined ? {} : { caller }) } }
}

/** What the form would make of the catalog, asked again a moment after it changes. */
export function usePreview(id: string | undefined, form: ServerForm, caller?: string | object) {
  const [asked] = useDebouncedValue(form, PAUSE_MS)
  const { path, body } = previewOf(id, asked, caller)
  return useQuery({
    queryKey: ['server', id ?? '', 'preview', body],
    queryFn: ({ signal }) => send<Preview>('POST', path, body, { signal }),
    placeholderData: (before) => before,
    retry: false,
  })
}
