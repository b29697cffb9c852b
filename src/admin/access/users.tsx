import { Badge, Button, Group, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read } from '../api/client.ts'
import type { User } from '../api/types.ts'
import { Answer } from '../parts/answer.tsx'
import { Empty } from '../parts/empty.tsx'
import { FormModal } from '../parts/form-modal.tsx'
import { More } from '../parts/more.tsx'
import { Opener, Rows } from '../parts/rows.tsx'
import { SearchInput } from '../parts/search-input.tsx'
import { useOpened } from '../parts/use-opened.ts'
import { useMe } from '../session/use-me.ts'
import { Icon } from '../shell/icons.tsx'
import { UserDrawer } from './user-drawer.tsx'
import { UserForm } from './user-form.tsx'

/** Everybody with an account here, people and programs alike. */
export function Users() {
  const [opened, open] = useOpened('user')
  const [text, setText] = useState('')
  const q = text.trim()
  const [isMaking, making] = useDisclosure()
  const users = useInfiniteQuery({
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
  })
  const hasAdmin = users.data?.pages.some((page) => page.users.some(isAdmin))
  // The first key has to be an administrator's, so whoever gets one is made first.
  const isFirst = useMe()?.kind === 'local' && q === '' && hasAdmin === false
  return (
    <>
      <Group mb="sm" gap="sm">
        <SearchInput
          data-page-search
          aria-label="Search users"
          placeholder="Search users"
          leftSection={<Icon name="search" size={16} />}
          value={text}
          onSearch={setText}
          flex={1}
          miw={180}
        />
        <Button leftSection={<Icon name="plus" size={16} />} onClick={making.open}>
          New user
        </Button>
      </Group>
      <Answer of={users}>
        {({ pages }) =>
          pages[0]?.users.length === 0 ? (
            <Empty
              text={
                q === ''
                  ? 'There is no user yet. Make one for every person and every program: a key that leaks is then one key to revoke.'
                  : 'No user fits.'
              }
            />
          ) : (
            <Rows heads={['User', 'Roles', 'Groups']}>
              {pages
                .flatMap((page) => page.users)
                .map((user) => (
                  <UserRow key={user.id} user={user} onOpen={() => open(user.id)} />
                ))}
            </Rows>
          )
        }
      </Answer>
      <More of={users} />
      <FormModal title="New user" isOpen={isMaking} onClose={making.close}>
        <UserForm
          roles={isFirst ? ['admin'] : ['client']}
          onDone={({ id }) => {
            making.close()
            open(id)
          }}
        />
      </FormModal>
      <UserDrawer id={opened} onClose={() => open('')} />
    </>
  )
}

const isAdmin = ({ roles }: User) => roles.includes('admin')

function UserRow({ user, onOpen }: { user: User; onOpen: () => void }) {
  const { id, name, roles, groups, disabled } = user
  return (
    <Table.Tr className="row">
      <Table.Td>
        <Group gap={6}>
          <Opener name={id} onOpen={onOpen} />
          {disabled && <Badge color="gray">disabled</Badge>}
        </Group>
        <Text size="xs" c="dimmed" className="foreign clamp">
          {name}
        </Text>
      </Table.Td>
      {Object.entries({ roles, groups }).map(([column, names]) => (
        <Table.Td key={column}>
          <Text size="sm" className="foreign">
            {names.join(', ')}
          </Text>
        </Table.Td>
      ))}
    </Table.Tr>
  )
}
