import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, read, send } from '../api/client.ts'
import { useSignedOut } from './signed-out.ts'

/** Ends the session of whoever signed in here; nothing for those who came in otherwise. */
export function SignOut() {
  const isSignedOut = useSignedOut()
  const { data: me } = useQuery({
    queryKey: ['me'],
    queryFn: () => read(api.me.$get()),
    enabled: !isSignedOut,
  })
  const kind = me?.credential?.kind
  if (kind !== 'key' && kind !== 'admin_token') return null
  const leave = async () => {
    await send('DELETE', '/session').catch(() => undefined)
    // A new page forgets what this one has read and what was typed.
    location.assign('/admin')
  }
  return (
    <Button variant="default" onClick={leave} title={`You are ${me?.id}`}>
      Sign out
    </Button>
  )
}
