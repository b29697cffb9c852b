import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read, send } from '../api/client.ts'
import { isManaged } from '../api/origin.ts'
import { keep } from '../api/queries.ts'
import type { Server } from '../api/types.ts'
import { Ago } from '../parts/ago.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { VersionDifference } from './version-difference.tsx'

/** What a server was: compare with what it is, and go back. */
export function History({ server }: { server: Server }) {
  const { id } = server
  const [compared, setCompared] = useState<number>()
  const versions = useInfiniteQuery({
    queryKey: ['server', id, 'versions', server.version],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const query = pageParam === '' ? {} : { cursor: pageParam }
      return read(api.dynamic[':id'].versions.$get({ param: { id }, query }))
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
  })
  const rollBack = useMutation({
    mutationFn: (version: number) =>
      send<Server>('POST', `/dynamic/${id}/rollback`, { version }, { version: server.version }),
    onSuccess: (saved) => keep(['server', id], saved),
  })
  const { data, error } = versions
  if (error && !data) return <Failure error={error} />
  if (!data) return <Loading rows={3} />
  return (
    <Stack gap="xs" maw={900}>
      {rollBack.error && <Failure error={rollBack.error} />}
      {data.pages
        .flatMap((page) => page.versions)
        .map(({ version, author, created_at, changes }) => (
          <Paper key={version} withBorder p="sm" className="card" component="section">
            <Group justify="space-between">
              <Group gap="xs">
                <Text fw={600}>Version {version}</Text>
                {version === server.version && <Badge color="teal">current</Badge>}
                <Text size="sm" c="dimmed" className="foreign">
                  by {author.id}, <Ago at={created_at} />
                  {changes && changes.fields.length > 0 && `: ${changes.fields.join(', ')}`}
                </Text>
              </Group>
              {version !== server.version && (
                <Group gap="xs">
                  <Button
                    size="xs"
                    variant="default"
                    onClick={() => setCompared(compared === version ? undefined : version)}
                  >
                    Compare with the current one
                  </Button>
                  <Button
                    size="xs"
                    variant="default"
                    loading={rollBack.isPending}
                    disabled={isManaged(server)}
                    onClick={() => rollBack.mutate(version)}
                  >
                    Go back to it
                  </Button>
                </Group>
              )}
            </Group>
            {compared === version && (
              <VersionDifference id={id} from={version} to={server.version} />
            )}
          </Paper>
        ))}
      <More of={versions} label="Show earlier ones" />
    </Stack>
  )
}
