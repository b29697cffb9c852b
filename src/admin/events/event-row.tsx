import { Badge, Group, Table, Text } from '@mantine/core'
import type { FacetEvent } from '../api/types.ts'
import { Ago } from '../parts/ago.tsx'
import { whatOf } from './what.ts'

const COLORS = {
  ok: 'teal',
  error: 'red',
  denied: 'yellow',
  cancelled: 'gray',
  input_required: 'blue',
} as const

export function EventRow({ event }: { event: FacetEvent }) {
  const { at, action, outcome, code, decided_by, caller, acting_as, server, source } = event
  const { ms, count, address } = event
  const { name, made } = whatOf(event)
  return (
    <Table.Tr className="row">
      <Table.Td>
        <Text size="sm">
          <Ago at={at} />
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="foreign">
          <b>{action}</b> {name}
        </Text>
        {made && (
          <Text size="xs" c="dimmed" className="foreign">
            made {made}
          </Text>
        )}
        {source && (
          <Text size="xs" c="dimmed" className="foreign">
            of {source}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="foreign">
          {caller ?? address ?? 'nobody known'}
        </Text>
        {acting_as && acting_as !== caller && (
          <Text size="xs" c="dimmed" className="foreign">
            as {acting_as}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="foreign">
          {server}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={6}>
          <Badge color={COLORS[outcome]}>{outcome}</Badge>
          {count > 1 && <Badge color="gray">{count} times</Badge>}
          {ms !== null && (
            <Text size="xs" c="dimmed">
              {ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms
            </Text>
          )}
        </Group>
        {(code ?? decided_by) && (
          <Text size="xs" c="dimmed" className="foreign">
            {[code, decided_by && `by ${decided_by}`].filter(Boolean).join(', ')}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
