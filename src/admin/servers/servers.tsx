import { Anchor, Badge, Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { api, read } from '../api/client.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Icon } from '../shell/icons.tsx'
import { useUnsaved } from './use-draft.ts'

/** Rows drawn at once; a search finds the others. */
const MOST = 200

export function ServersPage() {
  const [text, setText] = useState('')
  const unsaved = useUnsaved()
  const { data, error, refetch } = useQuery({
    queryKey: ['servers'],
    queryFn: () => read(api.dynamic.$get()),
  })
  const wanted = text.trim().toLowerCase()
  const fitting = (data?.servers ?? []).filter(({ id, name }) =>
    `${id} ${name}`.toLowerCase().includes(wanted),
  )
  return (
    <>
      <PageHeader
        title="Servers"
        actions={
          <Button component={Link} href="/servers/new" leftSection={<Icon name="plus" size={16} />}>
            New server
          </Button>
        }
      >
        Each is a saved question over the catalog, and an MCP server of its own.
      </PageHeader>
      {error ? (
        <Failure error={error} retry={refetch} />
      ) : !data ? (
        <Loading />
      ) : data.servers.length === 0 ? (
        <Empty text="There is no server yet. Make one: say what belongs in it, and watch the preview.">
          <Button component={Link} href="/servers/new">
            New server
          </Button>
        </Empty>
      ) : (
        <>
          <TextInput
            data-page-search
            aria-label="Search servers"
            placeholder="Search servers"
            mb="sm"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Table.ScrollContainer minWidth={560} className="card">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Server</Table.Th>
                  <Table.Th>Status</Table.Th>
                  <Table.Th>Rules</Table.Th>
                  <Table.Th>Made by</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {fitting.slice(0, MOST).map((server) => (
                  <Table.Tr key={server.id}>
                    <Table.Td>
                      <Anchor
                        component={Link}
                        href={`/servers/${server.id}`}
                        fw={600}
                        size="sm"
                        className="foreign"
                      >
                        {server.name}
                      </Anchor>
                      <Text size="xs" c="dimmed" className="foreign">
                        {server.id}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Group gap={4}>
                        <Badge color={server.status === 'active' ? 'teal' : 'gray'}>
                          {server.status}
                        </Badge>
                        {unsaved.includes(server.id) && <Badge color="yellow">not saved</Badge>}
                        {server.health === 'degraded' && <Badge color="red">degraded</Badge>}
                        {(server.review?.pending ?? 0) > 0 && (
                          <Badge color="yellow">{server.review?.pending} to review</Badge>
                        )}
                      </Group>
                    </Table.Td>
                    <Table.Td>{server.rules.length}</Table.Td>
                    <Table.Td>{server.origin === 'file' ? 'a rules file' : server.origin}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {fitting.length > MOST && (
            <Text size="sm" c="dimmed" mt="sm">
              {fitting.length - MOST} more: search for them.
            </Text>
          )}
        </>
      )}
    </>
  )
}
