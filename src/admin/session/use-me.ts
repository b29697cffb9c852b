import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import { useSignedOut } from './signed-out.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => read(api.me.$get()),
})

/** Whom the service takes this browser for; undefined until it has said so. */
export function useMe() {
  const isSignedOut = useSignedOut()
  return useQuery({ ...meQuery, enabled: !isSignedOut }).data
}
