import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import { useSignedOut } from './signed-out.ts'

/** Whom the service takes this browser for; undefined until it has said so. */
export function useMe() {
  const isSignedOut = useSignedOut()
  const { data } = useQuery({
    queryKey: ['me'],
    queryFn: () => read(api.me.$get()),
    enabled: !isSignedOut,
  })
  return data
}
