import { Anchor, Badge, Button, Drawer, Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { api, read } from '../api/client.ts'
import type { Guard } from '../api/types.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Icon } from '../shell/icons.tsx'
import { GuardDrawer } from './guard-drawer.tsx'
import { GuardForm } from './guard-form.tsx'

/** The address of the form for a new one; ids of guards have no such form. */
const NEW = '+'

/** What a guard does, in a few words. */
function wordsOf(guard: Guard): string {
  switch (guard.kind) {
    case 'rate':
      return `${guard.limit} ${guard.counts} in ${guard.per_seconds} s, per ${guard.per.join(' and ') || 'everything'}`
    case 'totp':
      return 'asks for a code'
    default:
      return [
        guard.max_chars && `at most ${guard.max_chars} characters`,
        guard.max_bytes && `at most ${guard.max_bytes} bytes`,
        guard.deny && `${guard.deny.length} patterns`,
        guard.condition,
      ]
        .filter(Boolean)
        .join(', ')
  }
}

export function Guards() {
  const [parameters, setParameters] = useSearchParams()
  const opened = parameters.get('guard') ?? ''
  const open = (guard: string) => setParameters(guard === '' ? {} : { guard })
  const { data, error, refetch } = useQuery({
    queryKey: ['guards'],
    queryFn: () => read(api.guards.$get()),
  })
  const make = (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => open(NEW)}>
      New guard
    </Button>
  )
  return (
    <>
      {error ? (
        <Failure error={error} retry={refetch} />
      ) : !data ? (
        <Loading />
      ) : data.guards.length === 0 ? (
        <Empty text="There is no guard yet. A guard looks at each call just before it is sent: at its arguments, how many there were, or whether a code was given.">
          {make}
        </Empty>
      ) : (
        <>
          <Group justify="flex-end" mb="sm">
            {make}
          </Group>
          <Table.ScrollContainer minWidth={560} className="card">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Guard</Table.Th>
                  <Table.Th>Stands before</Table.Th>
                  <Table.Th>Lets pass</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.guards.map((guard) => (
                  <Table.Tr key={guard.id} className="row">
                    <Table.Td>
                      <Group gap={6}>
                        <Anchor
                          component="button"
                          type="button"
                          size="sm"
                          fw={600}
                          className="foreign"
                          onClick={() => open(guard.id)}
                        >
                          {guard.id}
                        </Anchor>
                        <Badge color="indigo">{guard.kind}</Badge>
                        {guard.status === 'off' && <Badge color="gray">off</Badge>}
                        {guard.problem && <Badge color="yellow">unusable</Badge>}
                      </Group>
                      <Text size="xs" c="dimmed" className="foreign clamp">
                        {guard.problem ?? guard.description}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Text size="xs" ff="monospace" className="foreign">
                        {guard.what}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm" className="foreign">
                        {wordsOf(guard)}
                      </Text>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </>
      )}
      <Drawer
        opened={opened === NEW}
        onClose={() => open('')}
        position="right"
        size="lg"
        title="New guard"
      >
        <GuardForm onDone={() => open('')} />
      </Drawer>
      <GuardDrawer id={opened === NEW ? '' : opened} onClose={() => open('')} />
    </>
  )
}
