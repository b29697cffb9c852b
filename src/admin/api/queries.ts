import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './problem.ts'

/**
 * What was read is kept, and read again when the service says that something changed (use-live.ts).
 * A problem the service explained stays one when it is asked again.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
})
