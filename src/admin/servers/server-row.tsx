import { Anchor, Badge, Group, Table, Text } from '@mantine/core'
import { memo } from 'react'
import { Link } from 'wouter'
import type { Server } from '../api/types.ts'

const MADE_BY = {
  rest: 'the API or this page',
  cli: 'the command line',
  file: 'a rules file',
  config: 'the configuration',
  builtin: 'Facet',
} as const

interface Props {
  readonly server: Server
  readonly isUnsaved: boolean
}

/** Drawn anew only when its server changes: there may be hundreds, and somebody types above them. */
export const ServerRow = memo(function ServerRow({ server, isUnsaved }: Props) {
  const { id, name, status, health, review, rules, origin } = server
  return (
    <Table.Tr className="row">
      <Table.Td>
        <Anchor component={Link} href={`/servers/${id}`} fw={600} size="sm" className="foreign">
          {name}
        </Anchor>
        <Text size="xs" c="dimmed" className="foreign">
          {id}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          <Badge color={status === 'active' ? 'teal' : 'gray'}>{status}</Badge>
          {isUnsaved && <Badge color="yellow">not saved</Badge>}
          {health === 'degraded' && <Badge color="red">degraded</Badge>}
          {(review?.pending ?? 0) > 0 && <Badge color="yellow">{review?.pending} to review</Badge>}
        </Group>
      </Table.Td>
      <Table.Td>{rules.length}</Table.Td>
      <Table.Td>{MADE_BY[origin]}</Table.Td>
    </Table.Tr>
  )
})
