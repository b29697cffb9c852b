import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { api, read, send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Server } from '../api/types.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'

/** Entries that wait until somebody lets them in. */
export function Review({ server }: { server: Server }) {
  const { id } = server
  const waiting = useInfiniteQuery({
    queryKey: ['server', id, 'pending'],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const query = pageParam === '' ? {} : { cursor: pageParam }
      return read(api.dynamic[':id'].pending.$get({ param: { id }, query }))
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
  })
  const decide = useMutation({
    mutationFn: ({ verb, entry, hash }: { verb: string; entry: string; hash: string }) =>
      send('POST', `/dynamic/${id}/pending/${verb}`, { entries: [{ id: entry, hash }] }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['server', id] }),
  })
  const { data, error } = waiting
  if (error && !data) return <Failure error={error} />
  if (!data) return <Loading rows={3} />
  const pending = data.pages.flatMap((page) => page.pending)
  if (pending.length === 0) {
    return (
      <Empty
        text={
          server.admission === 'review'
            ? 'Nothing waits. New and changed entries will appear here before clients see them.'
            : 'This server lets entries in as soon as they match. Under Rules, “When its entries change” has them wait here first.'
        }
      />
    )
  }
  return (
    <Stack gap="xs" maw={900}>
      {decide.error && <Failure error={decide.error} />}
      {pending.map(({ id: entry, name, source, reason, hash }) => (
        <Paper key={entry} withBorder p="sm" className="card">
          <Group justify="space-between">
            <Group gap="xs">
              <Text size="sm" fw={600} className="foreign">
                {name}
              </Text>
              <Text size="sm" c="dimmed">
                {source}
              </Text>
              <Badge color={reason === 'changed' ? 'yellow' : 'blue'}>{reason ?? 'waiting'}</Badge>
            </Group>
            <Group gap="xs">
              <Button
                size="xs"
                aria-label={`Approve ${name}`}
                onClick={() => decide.mutate({ verb: 'approve', entry, hash })}
              >
                Approve
              </Button>
              <Button
                size="xs"
                variant="default"
                aria-label={`Reject ${name}`}
                onClick={() => decide.mutate({ verb: 'reject', entry, hash })}
              >
                Reject
              </Button>
            </Group>
          </Group>
        </Paper>
      ))}
      <More of={waiting} />
    </Stack>
  )
}
