import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { Unsaved, useUnsavedIn } from './unsaved.tsx'
import { useTopmost } from './use-topmost.ts'

interface Props {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/**
 * One thing beside the list it is in. Escape closes what was opened above it first, and what was
 * written is not dropped without asking.
 */
export function SideDrawer({ title, isOpen, onClose, children }: Props) {
  const isTopmost = useTopmost(isOpen)
  const unsaved = useUnsavedIn(isOpen, onClose)
  return (
    <Drawer
      opened={isOpen}
      onClose={unsaved.close}
      closeOnEscape={isTopmost}
      position="right"
      size="lg"
      title={title}
    >
      <Unsaved of={unsaved}>{children}</Unsaved>
    </Drawer>
  )
}
