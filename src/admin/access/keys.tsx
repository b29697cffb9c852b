import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read, send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { User } from '../api/types.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { useMe } from '../session/use-me.ts'
import { KeyRow } from './key-row.tsx'
import { KeyShown } from './key-shown.tsx'
import { NewKey } from './new-key.tsx'
import type { MadeKey } from './take-key.ts'

/** The keys of a user: what they are limited to and when they end, never the keys themselves. */
export function Keys({ user }: { user: User }) {
  const me = useMe()
  const isFirst = me?.kind === 'local'
  const [isMaking, making] = useDisclosure()
  const [made, setMade] = useState<MadeKey>()
  const path = `/users/${encodeURIComponent(user.id)}`
  const { data, error } = useQuery({
    queryKey: ['keys', user.id],
    queryFn: () => read(api.users[':id'].keys.$get({ param: { id: user.id } })),
  })
  const reset = useMutation({
    mutationFn: () => send<MadeKey>('POST', `${path}/reset`),
    onSuccess: (key) => {
      setMade(key)
      return queries.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  const needsAdmin = isFirst && !user.roles.includes('admin')
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby="keys">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={3} size="h5" id="keys">
            Keys
          </Title>
          <Group gap="xs">
            {data && data.keys.length > 0 && (
              <Confirm
                label="Reset"
                name={`Reset the keys of ${user.id}`}
                text={`All keys of ${user.id} end at once, and it gets one new key.`}
                act={reset.mutateAsync}
                error={reset.error}
              />
            )}
            <Button size="xs" onClick={making.toggle} disabled={needsAdmin}>
              New key
            </Button>
          </Group>
        </Group>
        {needsAdmin && (
          <Text size="sm" c="dimmed">
            The first key closes the door, so it has to be an administrator’s: else nobody could
            give out another one.
          </Text>
        )}
        {isMaking && (
          <NewKey
            user={user}
            isFirst={isFirst}
            onMade={(key) => {
              making.close()
              setMade(key)
            }}
          />
        )}
        {error && <Failure error={error} />}
        {!data && !error && <Loading rows={2} />}
        {data?.keys.length === 0 && !isMaking && !needsAdmin && (
          <Text size="sm" c="dimmed">
            No key yet: this user cannot come in with one.
          </Text>
        )}
        {data?.keys.map((key) => (
          <KeyRow key={key.id} of={key} />
        ))}
      </Stack>
      <KeyShown made={made} onClose={() => setMade(undefined)} />
    </Paper>
  )
}
