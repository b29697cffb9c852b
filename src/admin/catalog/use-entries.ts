import { useInfiniteQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import { type Entry, type EntryType, NOUNS } from '../api/types.ts'

export interface EntryQuery {
  readonly type: EntryType
  readonly q: string
  readonly source: string
  readonly tag: string
  readonly enabled: string
  readonly filter: string
}

const PAGE = 100

/** The entries that fit, a page at a time, in the order of the service. */
export function useEntries({ type, ...given }: EntryQuery) {
  const noun = NOUNS[type]
  return useInfiniteQuery({
    queryKey: ['entries', noun, given],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const wanted = { ...given, cursor: pageParam, limit: String(PAGE) }
      const query = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== ''))
      const page = await read(api[noun].$get({ query }))
      return { entries: page[noun] as Entry[], next: page.next_cursor as string | undefined }
    },
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  })
}
