import { Anchor, Table } from '@mantine/core'
import type { ReactNode } from 'react'
import './rows.css'

interface RowsProps {
  readonly heads: readonly string[]
  /** What selects all rows, above those that select one each. */
  readonly tick?: ReactNode
  readonly children: ReactNode
}

/**
 * A table with a name above each column. Where there is no room for columns, each row is a few
 * lines, and the names stand before what they are about: rows.css.
 */
export function Rows({ heads, tick, children }: RowsProps) {
  const before = tick === undefined ? 1 : 2
  const names = heads.map((head, i) => [`--head-${i + before}`, JSON.stringify(head)])
  return (
    <div className="card rows">
      <Table style={Object.fromEntries(names.slice(1))}>
        <Table.Thead>
          <Table.Tr>
            {tick !== undefined && <Table.Th className="tick">{tick}</Table.Th>}
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  )
}

/** The name of a row, which opens it. */
export function Opener({ name, onOpen }: { name: string; onOpen: () => void }) {
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      fw={600}
      ta="left"
      className="foreign"
      onClick={onOpen}
    >
      {name}
    </Anchor>
  )
}
