import { Button, Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { Empty } from '../parts/empty.tsx'
import { Rows } from '../parts/rows.tsx'
import { Icon } from '../shell/icons.tsx'

interface Props {
  readonly noun: string
  /** Why there is none, and what one is for. */
  readonly empty: string
  readonly heads: readonly string[]
  readonly onNew: () => void
  readonly children: readonly ReactNode[]
}

/** Rows below a button that makes a new one. Where there are none, it stands below what they are. */
export function NewRows({ noun, empty, heads, onNew, children }: Props) {
  const make = (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={onNew}>
      New {noun}
    </Button>
  )
  if (children.length === 0) return <Empty text={empty}>{make}</Empty>
  return (
    <>
      <Group justify="flex-end" mb="sm">
        {make}
      </Group>
      <Rows heads={heads}>{children}</Rows>
    </>
  )
}
