import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { setSignedOut } from '../session/signed-out.ts'
import { ApiError } from './problem.ts'

/** Whatever is asked, whoever is not let in is led to the page to sign in. */
function noteRefusal(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) setSignedOut(true)
}

/**
 * What was read is kept, and read again when the service says that something changed (use-live.ts).
 * A problem the service explained stays one when it is asked again.
 */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noteRefusal }),
  mutationCache: new MutationCache({ onError: noteRefusal }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
})
