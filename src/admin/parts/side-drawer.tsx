import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTopmost } from './use-topmost.ts'

interface Props {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/** One thing beside the list it is in. Escape closes what was opened above it first. */
export function SideDrawer({ title, isOpen, onClose, children }: Props) {
  const isTopmost = useTopmost(isOpen)
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      closeOnEscape={isTopmost}
      position="right"
      size="lg"
      title={title}
    >
      {children}
    </Drawer>
  )
}
