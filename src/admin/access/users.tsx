import { Anchor, Badge, Button, Group, Modal, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'wouter'
import { api, read } from '../api/client.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Icon } from '../shell/icons.tsx'
import { UserDrawer } from './user-drawer.tsx'
import { UserForm } from './user-form.tsx'

/** Everybody with an account here, people and programs alike. */
export function Users() {
  const [parameters, setParameters] = useSearchParams()
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 200)
  const [isMaking, making] = useDisclosure()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['users', q],
      initialPageParam: '',
      queryFn: ({ pageParam }) =>
        read(
          api.users.$get({
            query: { ...(q === '' ? {} : { q }), ...(pageParam ? { cursor: pageParam } : {}) },
          }),
        ),
      getNextPageParam: ({ next_cursor }) => next_cursor,
      placeholderData: (before) => before,
    },
  )
  const open = (user: string) => setParameters(user === '' ? {} : { user })
  const users = data?.pages.flatMap((page) => page.users) ?? []
  return (
    <>
      <Group mb="sm" gap="sm">
        <TextInput
          data-page-search
          aria-label="Search users"
          placeholder="Search ids and names"
          leftSection={<Icon name="search" size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          flex={1}
          miw={180}
        />
        <Button leftSection={<Icon name="plus" size={16} />} onClick={making.open}>
          New user
        </Button>
      </Group>
      {error ? (
        <Failure error={error} retry={refetch} />
      ) : !data ? (
        <Loading />
      ) : users.length === 0 ? (
        <Empty
          text={
            q === ''
              ? 'There is no user yet. Make one for every person and every program: a key that leaks is then one key to revoke.'
              : 'No user fits.'
          }
        />
      ) : (
        <Table.ScrollContainer minWidth={480} className="card">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>User</Table.Th>
                <Table.Th>Roles</Table.Th>
                <Table.Th>Groups</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {users.map(({ id, name, roles, groups, disabled }) => (
                <Table.Tr key={id} className="row">
                  <Table.Td>
                    <Group gap={6}>
                      <Anchor
                        component="button"
                        type="button"
                        size="sm"
                        fw={600}
                        className="foreign"
                        onClick={() => open(id)}
                      >
                        {id}
                      </Anchor>
                      {disabled && <Badge color="gray">disabled</Badge>}
                    </Group>
                    <Text size="xs" c="dimmed" className="foreign clamp">
                      {name}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" className="foreign">
                      {roles.join(', ')}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" className="foreign">
                      {groups.join(', ')}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={isFetchingNextPage}
          onClick={() => fetchNextPage()}
        >
          Show more
        </Button>
      )}
      <Modal opened={isMaking} onClose={making.close} title="New user" size="lg">
        <UserForm
          onDone={({ id }) => {
            making.close()
            open(id)
          }}
        />
      </Modal>
      <UserDrawer id={parameters.get('user') ?? ''} onClose={() => open('')} />
    </>
  )
}
