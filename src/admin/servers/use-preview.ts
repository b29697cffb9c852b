import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { send } from '../api/client.ts'
import type { Preview } from '../api/types.ts'
import type { DraftRule } from './draft.ts'

/** Long enough that not every letter asks, short enough to feel like none of it waits. */
const PAUSE_MS = 200

/** What the rules would select, asked again a moment after they change. */
export function usePreview(id: string | undefined, rules: readonly DraftRule[]) {
  const [asked] = useDebouncedValue(rules, PAUSE_MS)
  const path = id === undefined ? '/dynamic/preview' : `/dynamic/${id}/preview`
  const bodies = asked.map(({ key, ...rule }) => rule)
  return useQuery({
    queryKey: ['server', id ?? '', 'preview', bodies],
    queryFn: ({ signal }) => send<Preview>('POST', path, { rules: bodies }, { signal }),
    placeholderData: (before) => before,
    retry: false,
  })
}
