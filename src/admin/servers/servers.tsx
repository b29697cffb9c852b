import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { Link } from 'wouter'
import { api, read } from '../api/client.ts'
import { Answer } from '../parts/answer.tsx'
import { Empty } from '../parts/empty.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Rows } from '../parts/rows.tsx'
import { SearchInput } from '../parts/search-input.tsx'
import { Icon } from '../shell/icons.tsx'
import { ServerRow } from './server-row.tsx'
import { useUnsaved } from './use-draft.ts'

/** Rows drawn at once; a search finds the others. */
const MOST = 50

export function ServersPage() {
  const [text, setText] = useState('')
  const unsaved = useUnsaved()
  const servers = useQuery({ queryKey: ['servers'], queryFn: () => read(api.dynamic.$get()) })
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const fitting = (servers.data?.servers ?? []).filter(({ id, name }) =>
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
      <Answer of={servers}>
        {(data) =>
          data.servers.length === 0 ? (
            <Empty text="There is no server yet. Make one: say what belongs in it, and watch the preview.">
              <Button component={Link} href="/servers/new">
                New server
              </Button>
            </Empty>
          ) : (
            <>
              <SearchInput
                data-page-search
                aria-label="Search servers"
                placeholder="Search servers"
                mb="sm"
                value={text}
                onSearch={setText}
              />
              {fitting.length === 0 ? (
                <Empty text="No server fits." />
              ) : (
                <Rows heads={['Server', 'Status', 'Rules', 'Made by']}>
                  {fitting.slice(0, MOST).map((server) => (
                    <ServerRow
                      key={server.id}
                      server={server}
                      isUnsaved={unsaved.includes(server.id)}
                    />
                  ))}
                </Rows>
              )}
              {fitting.length > MOST && (
                <Text size="sm" c="dimmed" mt="sm">
                  {fitting.length - MOST} more: search for them.
                </Text>
              )}
            </>
          )
        }
      </Answer>
    </>
  )
}
