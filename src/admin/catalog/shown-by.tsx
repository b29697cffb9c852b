import { Anchor, Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { api, read } from '../api/client.ts'
import type { Entry } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { withoutVerdict } from '../parts/rule-names.ts'

/** So many servers are asked at once. */
const MOST = 50

const colorOf = (isIn: boolean | undefined) => (isIn === undefined ? 'red' : isIn ? 'teal' : 'gray')

/** Which servers show an entry, and why, asked when somebody wants to know. */
export function ShownBy({ entry }: { entry: Entry }) {
  const [isAsked, setAsked] = useState(false)
  const list = useQuery({
    queryKey: ['servers'],
    queryFn: () => read(api.dynamic.$get()),
    enabled: isAsked,
  })
  const servers = (list.data?.servers ?? []).slice(0, MOST)
  const answers = useQueries({
    queries: servers.map(({ id }) => ({
      queryKey: ['explain', id, entry.id],
      queryFn: () =>
        read(api.dynamic[':id'].explain.$get({ param: { id }, query: { entry: entry.id } })),
    })),
  })
  return (
    <section>
      <Title order={3} size="h5" mb={4}>
        Which servers show this, and why
      </Title>
      {!isAsked && (
        <Button variant="default" size="xs" onClick={() => setAsked(true)}>
          Look at every server
        </Button>
      )}
      {list.error && <Failure error={list.error} retry={list.refetch} />}
      {isAsked && list.data && servers.length === 0 && (
        <Text size="sm">There is no server yet.</Text>
      )}
      <Stack gap="xs">
        {answers.map(({ data, error }, i) =>
          data || error ? (
            <Group key={servers[i]!.id} gap="xs" align="flex-start" wrap="nowrap">
              <Badge color={colorOf(data?.in)} w={44} style={{ flexShrink: 0 }}>
                {data ? (data.in ? 'in' : 'out') : '?'}
              </Badge>
              <Text size="sm" className="foreign">
                <Anchor
                  component={Link}
                  href={`/explain?server=${servers[i]!.id}&entry=${encodeURIComponent(entry.id)}`}
                >
                  {servers[i]!.id}
                </Anchor>
                : {data ? withoutVerdict(data.summary) : error?.message}
              </Text>
            </Group>
          ) : null,
        )}
      </Stack>
      {list.data && list.data.servers.length > MOST && (
        <Text size="sm" c="dimmed">
          {list.data.servers.length - MOST} more servers were not asked.
        </Text>
      )}
    </section>
  )
}
