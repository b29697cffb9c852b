import { Anchor, Table } from '@mantine/core'
import type { ReactNode } from 'react'

interface RowsProps {
  readonly heads: readonly string[]
  /** Where the screen is narrower than this, the table is scrolled sideways. */
  readonly minWidth: number
  readonly children: ReactNode
}

/** A table with a name above each column. */
export function Rows({ heads, minWidth, children }: RowsProps) {
  return (
    <Table.ScrollContainer minWidth={minWidth} className="card">
      <Table>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
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
