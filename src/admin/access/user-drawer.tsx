import { Drawer, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { api, read, send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { User } from '../api/types.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { useHeld } from '../parts/use-held.tsx'
import { useTopmost } from '../parts/use-topmost.ts'
import { Keys } from './keys.tsx'
import { UserForm } from './user-form.tsx'

interface Props {
  /** Empty for none. */
  readonly id: string
  readonly onClose: () => void
}

export function UserDrawer({ id, onClose }: Props) {
  const isTopmost = useTopmost(id !== '')
  const { data, error } = useQuery({
    queryKey: ['users', 'one', id],
    queryFn: () => read(api.users[':id'].$get({ param: { id } })),
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
      title="User"
    >
      {error ? (
        <Failure error={error} />
      ) : data ? (
        <Details key={data.id} user={data} onClose={onClose} />
      ) : (
        <Loading />
      )}
    </Drawer>
  )
}

function Details({ user, onClose }: { user: User; onClose: () => void }) {
  const { held, touch, notice } = useHeld(user)
  const remove = useMutation({
    mutationFn: () =>
      send('DELETE', `/users/${encodeURIComponent(user.id)}`, undefined, { version: user.version }),
    onSuccess: () => {
      onClose()
      return queries.invalidateQueries({ queryKey: ['users'] })
    },
  })
  return (
    <Stack>
      <div>
        <Title order={2} size="h3" className="foreign">
          {user.id}
        </Title>
        <Text size="sm" c="dimmed" className="foreign">
          {user.name}
        </Text>
      </div>
      <Keys user={user} />
      {notice}
      <UserForm
        key={held.version}
        user={held}
        onTouch={touch}
        onDone={(saved) => queries.setQueryData(['users', 'one', saved.id], saved)}
      />
      <Confirm
        label="Delete"
        name={`Delete the user ${user.id}`}
        text={`All keys of ${user.id} end at once, and so do its sessions. What it owns stays, owned by nobody who can come in.`}
        act={remove.mutateAsync}
        error={remove.error}
        style={{ alignSelf: 'flex-start' }}
      />
    </Stack>
  )
}
