import { Alert, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import { isManaged } from '../api/origin.ts'
import type { Guard } from '../api/types.ts'
import { Answer } from '../parts/answer.tsx'
import { Delete } from '../parts/delete.tsx'
import { SideDrawer } from '../parts/side-drawer.tsx'
import { useHeld } from '../parts/use-held.tsx'
import { GuardForm } from './guard-form.tsx'

interface Props {
  /** Empty for none. */
  readonly id: string
  readonly onClose: () => void
}

export function GuardDrawer({ id, onClose }: Props) {
  const guard = useQuery({
    queryKey: ['guards', id],
    queryFn: () => read(api.guards[':id'].$get({ param: { id } })),
    enabled: id !== '',
    retry: false,
  })
  return (
    <SideDrawer title={`Guard ${id}`} isOpen={id !== ''} onClose={onClose}>
      <Answer of={guard}>
        {(data) => <Details key={data.id} guard={data} onClose={onClose} />}
      </Answer>
    </SideDrawer>
  )
}

function Details({ guard, onClose }: { guard: Guard; onClose: () => void }) {
  const { held, touch, notice } = useHeld(guard)
  return (
    <Stack>
      {isManaged(guard) && (
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
      {!isManaged(guard) && (
        <Delete
          name={`Delete the guard ${guard.id}`}
          text="What it stopped passes from the next call on."
          path={`/guards/${guard.id}`}
          version={guard.version}
          list="guards"
          onDone={onClose}
        />
      )}
    </Stack>
  )
}
