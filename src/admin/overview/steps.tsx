import { Button, Group, Paper, Text, Title } from '@mantine/core'
import { Link } from 'wouter'

/** What to do first, on a service that serves nothing yet. */
export function Steps({ hasEntries }: { hasEntries: boolean }) {
  return (
    <Paper withBorder p="md" className="card" component="section">
      <Title order={2} size="h4">
        {hasEntries ? 'Make your first server' : 'Start with a source'}
      </Title>
      <Text size="sm" c="dimmed" my="xs">
        {hasEntries
          ? 'A server is a saved question over the catalog. Say what belongs in it and watch the preview; clients connect to the answer.'
          : 'A source is an MCP server whose tools, prompts and resources join the catalog. Paste the configuration a client has, or fill in a form.'}
      </Text>
      <Group>
        <Button component={Link} href={hasEntries ? '/servers/new' : '/sources'}>
          {hasEntries ? 'New server' : 'Add a source'}
        </Button>
      </Group>
    </Paper>
  )
}
