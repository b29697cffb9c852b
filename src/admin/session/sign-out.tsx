import { Button, Modal } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { send } from '../api/client.ts'
import { Failure } from '../parts/failure.tsx'
import { useMe } from './use-me.ts'

/** Ends the session of whoever signed in here; nothing for those who came in otherwise. */
export function SignOut() {
  const me = useMe()
  const leave = useMutation({
    mutationFn: () => send('DELETE', '/session'),
    // A new page forgets what this one has read and what was typed.
    onSuccess: () => location.assign('/admin'),
  })
  const kind = me?.credential?.kind
  if (kind !== 'key' && kind !== 'admin_token') return null
  return (
    <>
      <Button
        variant="default"
        loading={leave.isPending}
        onClick={() => leave.mutate()}
        title={`You are ${me?.id}`}
      >
        Sign out
      </Button>
      <Modal opened={leave.isError} onClose={leave.reset} title="You are still signed in">
        <Failure error={leave.error} retry={() => leave.mutate()} />
      </Modal>
    </>
  )
}
