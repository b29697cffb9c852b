import { Button } from '@mantine/core'
import { send } from '../api/client.ts'
import { useMe } from './use-me.ts'

/** Ends the session of whoever signed in here; nothing for those who came in otherwise. */
export function SignOut() {
  const me = useMe()
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
