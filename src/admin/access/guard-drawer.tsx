import { Alert, Drawer, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { api, read, send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Guard } from '../api/types.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { useHeld } from '../parts/use-held.tsx'
import { useTopmost } from '../parts/use-topmost.ts'
import { GuardForm } from './guard-form.tsx'

interface Props {
  /** Empty for none. */
  readonly id: string
  readonly onClose: () => void
}

export function GuardDrawer({ id, onClose }: Props) {
  const isTopmost = useTopmost(id !== '')
  const { data, error } = useQuery({
    queryKey: ['guards', id],
    queryFn: () => read(api.guards[':id'].$get({ param: { id } })),
    enabled: id !== '',
    retry: false,
  })
  return (
    <Drawer
      opened={id !== ''}
      onClose={onClose}
      closeOnEscape={isTopmost}
      position="right"
      size="lg"
      title={`Guard ${id}`}
    >
      {error ? (
        <Failure error={error} />
      ) : data ? (
        <Details key={data.id} guard={data} onClose={onClose} />
      ) : (
        <Loading />
      )}
    </Drawer>
  )
}

function Details({ guard, onClose }: { guard: Guard; onClose: () => void }) {
  const { held, touch, notice } = useHeld(guard)
  const isManaged = guard.origin === 'config' || guard.origin === 'file'
  const remove = useMutation({
    mutationFn: () => send('DELETE', `/guards/${guard.id}`, undefined, { version: guard.version }),
    onSuccess: () => {
      onClose()
      return queries.invalidateQueries({ queryKey: ['guards'] })
    },
  })
  return (
    <Stack>
      {isManaged && (
        <Alert color="blue" role="note" title="Written in the configuration">
          This guard is changed there.
        </Alert>
      )}
      {guard.problem && (
        <Alert color="yellow" role="note" title="This guard cannot be used">
          {guard.problem} Until it is mended, nothing passes where it stands.
        </Alert>
      )}
      {notice}
      <GuardForm key={held.version} guard={held} onTouch={touch} onDone={onClose} />
      {!isManaged && (
        <Confirm
          label="Delete"
          name={`Delete the guard ${guard.id}`}
          text="What it stopped passes from the next call on."
          act={remove.mutateAsync}
          error={remove.error}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
    </Stack>
  )
}
