import { Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import type { User } from '../api/types.ts'
import { Answer } from '../parts/answer.tsx'
import { Delete } from '../parts/delete.tsx'
import { SideDrawer } from '../parts/side-drawer.tsx'
import { useHeld } from '../parts/use-held.tsx'
import { Keys } from './keys.tsx'
import { UserForm } from './user-form.tsx'

interface Props {
  /** Empty for none. */
  readonly id: string
  readonly onClose: () => void
}

export function UserDrawer({ id, onClose }: Props) {
  const user = useQuery({
    queryKey: ['users', 'one', id],
    queryFn: () => read(api.users[':id'].$get({ param: { id } })),
    enabled: id !== '',
    retry: false,
  })
  return (
    <SideDrawer title="User" isOpen={id !== ''} onClose={onClose}>
      <Answer of={user}>{(data) => <Details key={data.id} user={data} onClose={onClose} />}</Answer>
    </SideDrawer>
  )
}

function Details({ user, onClose }: { user: User; onClose: () => void }) {
  const { held, touch, notice } = useHeld(user)
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
      <UserForm key={held.version} user={held} onTouch={touch} />
      <Delete
        name={`Delete the user ${user.id}`}
        text={`All keys of ${user.id} end at once, and so do its sessions. What it owns stays, owned by nobody who can come in.`}
        path={`/users/${encodeURIComponent(user.id)}`}
        version={user.version}
        list="users"
        onDone={onClose}
      />
    </Stack>
  )
}
