import { Anchor, Badge, Button, Drawer, Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { api, read } from '../api/client.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Icon } from '../shell/icons.tsx'
import { PolicyDrawer } from './policy-drawer.tsx'
import { PolicyForm } from './policy-form.tsx'

/** The address of the form for a new one; ids of policies have no such form. */
const NEW = '+'

export function Policies() {
  const [parameters, setParameters] = useSearchParams()
  const opened = parameters.get('policy') ?? ''
  const open = (policy: string) => setParameters(policy === '' ? {} : { policy })
  const { data, error, refetch } = useQuery({
    queryKey: ['policies'],
    queryFn: () => read(api.policies.$get()),
  })
  const make = (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => open(NEW)}>
      New policy
    </Button>
  )
  return (
    <>
      {error ? (
        <Failure error={error} retry={refetch} />
      ) : !data ? (
        <Loading />
      ) : data.policies.length === 0 ? (
        <Empty text="There is no policy yet. Servers with the access “policy” show callers what their owner, roles and shares let them see, and nothing else.">
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
                  <Table.Th>Policy</Table.Th>
                  <Table.Th>Who</Table.Th>
                  <Table.Th>What</Table.Th>
                  <Table.Th>Servers</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.policies.map(({ id, effect, who, what, server, description, problem }) => (
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
                        <Badge color={effect === 'allow' ? 'teal' : 'red'}>{effect}</Badge>
                        {problem && <Badge color="yellow">unusable</Badge>}
                      </Group>
                      <Text size="xs" c="dimmed" className="foreign clamp">
                        {problem ?? description}
                      </Text>
                    </Table.Td>
                    {[who, what].map((filter, i) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: the first is who, the second what
                      <Table.Td key={i}>
                        <Text size="xs" ff="monospace" className="foreign">
                          {filter}
                        </Text>
                      </Table.Td>
                    ))}
                    <Table.Td>
                      <Text size="sm" className="foreign clamp">
                        {server?.join(', ') ?? 'every server'}
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
        title="New policy"
      >
        <PolicyForm onDone={() => open('')} />
      </Drawer>
      <PolicyDrawer id={opened === NEW ? '' : opened} onClose={() => open('')} />
    </>
  )
}
