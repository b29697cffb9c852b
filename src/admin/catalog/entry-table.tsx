import { Badge, Checkbox, Group, Table, Text } from '@mantine/core'
import { memo, useCallback, useRef } from 'react'
import type { Entry } from '../api/types.ts'
import { Opener, Rows } from '../parts/rows.tsx'
import { Tags } from '../parts/tags.tsx'

interface Props {
  readonly entries: readonly Entry[]
  readonly selected: ReadonlySet<string>
  readonly onSelect: (ids: ReadonlySet<string>) => void
  readonly onOpen: (id: string) => void
}

export function EntryTable({ entries, selected, onSelect, onOpen }: Props) {
  const areAll = entries.every(({ id }) => selected.has(id))
  const toggle = useEvent((id: string) => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  })
  const open = useEvent(onOpen)
  return (
    <Rows
      heads={['Name', 'Tags', 'Source']}
      tick={
        <Checkbox
          aria-label="Select all that are shown"
          checked={areAll}
          indeterminate={!areAll && selected.size > 0}
          onChange={() => onSelect(new Set(areAll ? [] : entries.map(({ id }) => id)))}
        />
      }
    >
      {entries.map((entry) => (
        <EntryRow
          key={entry.id}
          entry={entry}
          isSelected={selected.has(entry.id)}
          onSelect={toggle}
          onOpen={open}
        />
      ))}
    </Rows>
  )
}

interface RowProps {
  readonly entry: Entry
  readonly isSelected: boolean
  readonly onSelect: (id: string) => void
  readonly onOpen: (id: string) => void
}

/** Drawn anew only when its entry changes: there may be hundreds, and somebody types above them. */
const EntryRow = memo(function EntryRow({ entry, isSelected, onSelect, onOpen }: RowProps) {
  return (
    <Table.Tr className="row">
      <Table.Td className="tick">
        <Checkbox
          aria-label={`Select ${entry.name}`}
          checked={isSelected}
          onChange={() => onSelect(entry.id)}
        />
      </Table.Td>
      <Table.Td>
        <Group gap={6}>
          <Opener name={entry.name} onOpen={() => onOpen(entry.id)} />
          {!entry.enabled && <Badge color="gray">disabled</Badge>}
          {entry.deprecated && <Badge color="yellow">deprecated</Badge>}
        </Group>
        <Text size="xs" c="dimmed" className="foreign clamp" maw={560}>
          {entry.description ?? entry.title ?? entry.uri ?? entry.uriTemplate}
        </Text>
      </Table.Td>
      <Table.Td>
        <Tags tags={entry.tags} />
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="foreign">
          {entry.source}
        </Text>
      </Table.Td>
    </Table.Tr>
  )
})

/** A function that stays the same, and does what it was last given to do. */
function useEvent<T extends unknown[]>(act: (...given: T) => void): (...given: T) => void {
  const latest = useRef(act)
  latest.current = act
  return useCallback((...given) => latest.current(...given), [])
}
