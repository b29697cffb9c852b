import { Anchor, Group, Paper, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { Link } from 'wouter'
import type { Stats } from '../api/types.ts'

type TrafficOf = Stats['traffic']

const percent = (ratio: number) => `${Math.round(ratio * 100)} %`

const milliseconds = (seconds: number) =>
  seconds >= 1 ? `${seconds.toFixed(1)} s` : `${(seconds * 1000).toPrecision(2)} ms`

export function Traffic({ traffic }: { traffic: TrafficOf }) {
  const { requests, failed_requests, calls, failed_calls, latency, view_hit_ratio } = traffic
  return (
    <Paper withBorder p="md" className="card" component="section" aria-labelledby="traffic">
      <Title order={2} size="h4" id="traffic" mb="sm">
        Traffic since the start
      </Title>
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="md">
        <Figure label="MCP requests" value={requests} note={failed(failed_requests)} />
        <Figure label="Tool calls" value={calls} note={failed(failed_calls)} />
        <Figure
          label="Hit ratio of the list cache"
          value={view_hit_ratio === null ? 'none yet' : percent(view_hit_ratio)}
        />
        <Figure
          label="Half are faster than"
          value={latency ? milliseconds(latency.p50) : 'none yet'}
        />
        <Figure
          label="95 % are faster than"
          value={latency ? milliseconds(latency.p95) : 'none yet'}
        />
      </SimpleGrid>
      <Title order={3} size="h5" mt="lg" mb="xs">
        Calls by server
      </Title>
      <ByServer servers={traffic.servers} />
    </Paper>
  )
}

const failed = (count: number) => (count === 0 ? 'none failed' : `${count} failed`)

function Figure({ label, value, note }: { label: string; value: number | string; note?: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={650} fz="lg">
        {typeof value === 'number' ? value.toLocaleString('en') : value}
      </Text>
      {note && (
        <Text size="xs" c={note === 'none failed' ? 'dimmed' : 'var(--mantine-color-error)'}>
          {note}
        </Text>
      )}
    </div>
  )
}

function ByServer({ servers }: { servers: TrafficOf['servers'] }) {
  if (servers.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No tool has been called yet. Connect a client, or try a tool in a server's playground.
      </Text>
    )
  }
  const most = Math.max(...servers.map(({ calls }) => calls))
  return (
    <Stack gap="xs">
      {servers.slice(0, 8).map(({ server, calls, failed_calls }) => (
        <div key={server}>
          <Group justify="space-between" gap="xs">
            <Anchor size="sm" component={Link} href={`/servers/${server}`} className="foreign">
              {server}
            </Anchor>
            <Text size="sm" c="dimmed">
              {calls} calls{failed_calls > 0 && `, ${failed_calls} failed`}
            </Text>
          </Group>
          <Progress.Root size="sm" aria-hidden="true">
            <Progress.Section value={((calls - failed_calls) / most) * 100} color="indigo" />
            <Progress.Section value={(failed_calls / most) * 100} color="red" />
          </Progress.Root>
        </div>
      ))}
    </Stack>
  )
}
