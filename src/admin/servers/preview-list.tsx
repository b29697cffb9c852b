import { Badge, Group, ScrollArea, Stack, Text } from '@mantine/core'
import type { Preview } from '../api/types.ts'

interface Props {
  readonly entries: Preview['tools']
  /** How many there are; the first of them are listed. */
  readonly count: number
  readonly added: ReadonlySet<string>
}

export function PreviewList({ entries, count, added }: Props) {
  if (entries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None.
      </Text>
    )
  }
  return (
    <ScrollArea.Autosize
      mah={440}
      type="auto"
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Entries of the preview' }}
    >
      <Stack gap={6}>
        {entries.map(({ id, name, source, matched_by }) => (
          <Group key={id} gap={6} wrap="nowrap" justify="space-between">
            <Text size="sm" className="foreign">
              {name}{' '}
              <Text span size="xs" c="dimmed">
                {source}
              </Text>
            </Text>
            <Group gap={4} wrap="nowrap" style={{ flexShrink: 0 }}>
              {added.has(id) && <Badge color="teal">new</Badge>}
              {matched_by.map((rule) => (
                <Badge key={rule} color="gray">
                  rule {rule + 1}
                </Badge>
              ))}
            </Group>
          </Group>
        ))}
        {count > entries.length && (
          <Text size="xs" c="dimmed">
            and {(count - entries.length).toLocaleString('en')} more
          </Text>
        )}
      </Stack>
    </ScrollArea.Autosize>
  )
}
