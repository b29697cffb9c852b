import { List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'

interface Props {
  readonly id: string
  readonly from: number
  readonly to: number
}

const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))
const names = (entries: readonly { name: string }[]) => entries.map(({ name }) => name).join(', ')

/** What changed between two versions, and what that did to the entries. */
export function VersionDifference({ id, from, to }: Props) {
  const { data, error } = useQuery({
    queryKey: ['server', id, 'compare', from, to],
    queryFn: () =>
      read(
        api.dynamic[':id'].versions.compare.$get({
          param: { id },
          query: { from: String(from), to: String(to) },
        }),
      ),
  })
  if (error) return <Failure error={error} />
  if (!data) return <Loading rows={2} />
  const lines = [
    ...data.fields.map(
      ({ field, before, after }) => `${field}: ${shown(before)} → ${shown(after)}`,
    ),
    ...data.rules.added.map(({ index, rule }) => `Rule ${index + 1} is new: ${shown(rule)}`),
    ...data.rules.removed.map(({ index, rule }) => `Rule ${index + 1} is gone: ${shown(rule)}`),
    ...data.rules.changed.flatMap(({ to_index, changes }) =>
      changes.map(
        ({ field, before, after }) =>
          `Rule ${to_index + 1}, ${field}: ${shown(before)} → ${shown(after)}`,
      ),
    ),
    ...(data.entries && data.entries.gained.length > 0
      ? [`Entries gained: ${names(data.entries.gained)}`]
      : []),
    ...(data.entries && data.entries.lost.length > 0
      ? [`Entries lost: ${names(data.entries.lost)}`]
      : []),
  ]
  if (lines.length === 0) return <Text size="sm">They say the same.</Text>
  return (
    <List size="sm" mt="xs">
      {lines.map((line) => (
        <List.Item key={line} className="foreign">
          {line}
        </List.Item>
      ))}
    </List>
  )
}
