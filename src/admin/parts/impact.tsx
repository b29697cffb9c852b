import { Badge, Group, Paper, Stack, Text } from '@mantine/core'
import type { Impact } from '../api/types.ts'

/** What a change would do to every active server, before it is made. */
export function ImpactOf({ impact }: { impact: Impact }) {
  const { servers, unaffected, failed } = impact
  return (
    <Paper withBorder p="sm" component="section" aria-label="Impact">
      <Text size="sm" fw={600} mb={4}>
        {servers.length === 0 ? 'No server would show a difference' : 'What servers would show'}
      </Text>
      <Stack gap={4}>
        {servers.map(({ server, counts, tokens }) => (
          <Group key={server} gap={6}>
            <Text size="sm" className="foreign">
              {server}
            </Text>
            {counts.gains > 0 && <Badge color="teal">gains {counts.gains}</Badge>}
            {counts.loses > 0 && <Badge color="red">loses {counts.loses}</Badge>}
            {counts.changes > 0 && <Badge color="blue">changes {counts.changes}</Badge>}
            {tokens.difference !== 0 && (
              <Text size="xs" c="dimmed">
                {tokens.difference > 0 ? '+' : ''}
                {tokens.difference} tokens
              </Text>
            )}
          </Group>
        ))}
      </Stack>
      <Text size="xs" c="dimmed" mt={4}>
        {unaffected} {unaffected === 1 ? 'server is' : 'servers are'} not affected.
        {failed.length > 0 && ` Not known of ${failed.map(({ server }) => server).join(', ')}.`}
      </Text>
    </Paper>
  )
}
