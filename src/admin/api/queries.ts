import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { announce } from '../parts/announce.tsx'
import { setSignedOut } from '../session/signed-out.ts'
import { ApiError } from './problem.ts'

/** Whatever is asked, whoever is not let in is led to the page to sign in. */
function noteRefusal(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) setSignedOut(true)
}

declare module '@tanstack/react-query' {
  interface Register {
    /** What is said when it is done; without it, that it is. An empty text says nothing. */
    mutationMeta: { readonly done?: string }
  }
}

/** Takes over what a change was answered with, before an answer that is older and still under way. */
export async function keep(queryKey: readonly unknown[], value: unknown): Promise<void> {
  await queries.cancelQueries({ queryKey, exact: true })
  queries.setQueryData(queryKey, value)
}

/**
 * What was read is kept, and read again when the service says that something changed (use-live.ts).
 * A problem the service explained stays one when it is asked again.
 */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noteRefusal }),
  mutationCache: new MutationCache({
    onError: noteRefusal,
    onSuccess: (_data, _variables, _result, { meta }) => announce(meta?.done ?? 'Done.'),
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
})
