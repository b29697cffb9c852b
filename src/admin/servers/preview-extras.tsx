import { Badge, Group, Text } from '@mantine/core'
import type { Preview } from '../api/types.ts'

/** How much of the members a caller does not get to see. */
export function KeptBack({ caller }: { caller: NonNullable<Preview['caller']> }) {
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((total, count) => total + count, 0)
  return (
    <Group gap="xs">
      <Badge color="red">{sum(caller.not_permitted)} not permitted</Badge>
      <Badge color="gray">{sum(caller.hidden)} hidden</Badge>
    </Group>
  )
}

/** What would be new, and what would leave. */
export function Difference({ diff }: { diff: Preview['diff'] }) {
  if (!diff || diff.counts.added + diff.counts.removed === 0) return null
  return (
    <Group gap="xs" aria-label="Compared with what is live" role="group">
      {diff.counts.added > 0 && <Badge color="teal">{diff.counts.added} new</Badge>}
      {diff.counts.removed > 0 && <Badge color="red">{diff.counts.removed} leaving</Badge>}
      {diff.removed.length > 0 && (
        <Text size="xs" c="dimmed" className="foreign">
          {diff.removed
            .slice(0, 10)
            .map(({ name }) => name)
            .join(', ')}
        </Text>
      )}
    </Group>
  )
}

/** Entries that are left out, and how many there are. */
export function Left({
  title,
  entries,
  count,
}: {
  title: string
  count: number
  entries: readonly { id: string; name: string }[]
}) {
  if (entries.length === 0) return null
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}: {count.toLocaleString('en')}
      </Text>
      <Text size="xs" c="dimmed" className="foreign">
        {entries
          .slice(0, 20)
          .map(({ name }) => name)
          .join(', ')}
      </Text>
    </div>
  )
}
