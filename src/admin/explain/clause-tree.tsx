import { Badge, Group, Text } from '@mantine/core'

interface Clause {
  readonly source: string
  readonly value: string
  readonly reads?: readonly { readonly path: string; readonly value: string }[] | undefined
  readonly clauses?: readonly unknown[] | undefined
}

/** A filter, clause by clause: which parts held, and what they saw. */
export function ClauseTree({ clause, depth = 0 }: { clause: Clause; depth?: number }) {
  const parts = (clause.clauses ?? []) as readonly Clause[]
  return (
    <>
      <Group gap={6} pl={depth * 20 + 8} wrap="nowrap" align="flex-start" mt={4}>
        <Badge color={clause.value === 'true' ? 'teal' : 'red'} style={{ flexShrink: 0 }}>
          {clause.value}
        </Badge>
        <Text size="sm" ff="monospace" className="foreign">
          {clause.source}
          {(clause.reads ?? []).map(({ path, value }) => (
            <Text key={path} span size="xs" c="dimmed">
              {' '}
              {path} is {value}
            </Text>
          ))}
        </Text>
      </Group>
      {parts.map((part) => (
        <ClauseTree key={part.source} clause={part} depth={depth + 1} />
      ))}
    </>
  )
}
