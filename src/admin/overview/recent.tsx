import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { Link } from 'wouter'
import { NOUNS, type RecentChange, TYPE_NAMES } from '../api/types.ts'
import { Ago } from '../parts/ago.tsx'

export function Recent({ changes }: { changes: readonly RecentChange[] }) {
  return (
    <Paper withBorder p="md" className="card" component="section" aria-labelledby="recent">
      <Title order={2} size="h4" id="recent" mb="sm">
        Recent changes
      </Title>
      {changes.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing has changed since the service was started.
        </Text>
      )}
      <Stack gap={6}>
        {changes.slice(0, 12).map((change) => (
          <Group
            key={`${change.at} ${change.id} ${change.change}`}
            justify="space-between"
            gap="xs"
          >
            <Text size="sm" className="foreign" flex={1}>
              <What change={change} /> {change.change}
            </Text>
            <Text size="xs" c="dimmed">
              <Ago at={change.at} />
            </Text>
          </Group>
        ))}
      </Stack>
    </Paper>
  )
}

function What({ change }: { change: RecentChange }) {
  if (change.of === 'server') {
    return change.change === 'removed' ? (
      <>Server {change.id}</>
    ) : (
      <>
        Server{' '}
        <Anchor component={Link} href={`/servers/${change.id}`}>
          {change.id}
        </Anchor>
      </>
    )
  }
  const { type, name, source, count, id } = change
  if (count > 1) {
    return (
      <>
        {count} {NOUNS[type].replace('_', ' ')} of{' '}
        <Anchor
          component={Link}
          href={`/catalog?type=${type}&source=${encodeURIComponent(source)}`}
        >
          {source}
        </Anchor>
      </>
    )
  }
  if (change.change === 'removed') return <>{`${TYPE_NAMES[type]} ${name}`}</>
  return (
    <>
      {TYPE_NAMES[type]}{' '}
      <Anchor component={Link} href={`/catalog?type=${type}&entry=${encodeURIComponent(id)}`}>
        {name}
      </Anchor>
    </>
  )
}
