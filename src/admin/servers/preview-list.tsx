import { Badge, Group, ScrollArea, Stack, Text } from '@mantine/core'
import type { Preview } from '../api/types.ts'

/** Rows drawn; more would keep the page from answering while somebody types. */
const MOST = 100

interface Props {
  readonly entries: Preview['tools']
  readonly added: ReadonlySet<string>
}

export function PreviewList({ entries, added }: Props) {
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
        {entries.slice(0, MOST).map(({ id, name, source, matched_by }) => (
          <Group key={id} gap={6} wrap="nowrap" justify="space-between">
            <Text size="sm" className="foreign">
              {name}{' '}
              <Text span size="xs" c="dimmed">
                {source}
              </Text>
            </Text>
            <Group gap={4} wrap="nowrap">
              {added.has(id) && <Badge color="teal">new</Badge>}
              {matched_by.map((rule) => (
                <Badge key={rule} color="gray">
                  rule {rule + 1}
                </Badge>
              ))}
            </Group>
          </Group>
        ))}
        {entries.length > MOST && (
          <Text size="xs" c="dimmed">
            and {(entries.length - MOST).toLocaleString('en')} more
          </Text>
        )}
      </Stack>
    </ScrollArea.Autosize>
  )
}
