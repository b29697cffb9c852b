import { Badge, Group, Paper, Text } from '@mantine/core'
import type { Explanation } from '../api/types.ts'

/** The guards that would look at a call, and what each asks of it. */
export function GuardsAsked({ guards }: { guards: NonNullable<Explanation['guards']> }) {
  return (
    <Paper withBorder p="sm" className="card" component="section" aria-label="guards">
      <Text fw={600}>Guards that look at each call</Text>
      {guards.map(({ id, kind, text, depends }) => (
        <Group key={id} gap={6} mt={4}>
          <Badge color="yellow">{kind}</Badge>
          <Text size="sm" fw={600} className="foreign">
            {id}
          </Text>
          <Text size="sm" className="foreign">
            {text}
          </Text>
          {depends && (
            <Text size="sm" c="dimmed">
              It stops some callers only.
            </Text>
          )}
        </Group>
      ))}
    </Paper>
  )
}
