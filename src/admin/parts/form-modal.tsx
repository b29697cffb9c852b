import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { Unsaved, useUnsavedIn } from './unsaved.tsx'
import { useTopmost } from './use-topmost.ts'

interface Props {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A form above the page. It asks before it drops what was written. */
export function FormModal({ title, isOpen, onClose, children }: Props) {
  const isTopmost = useTopmost(isOpen)
  const unsaved = useUnsavedIn(isOpen, onClose)
  return (
    <Modal
      opened={isOpen}
      onClose={unsaved.close}
      closeOnEscape={isTopmost}
      title={title}
      size="lg"
    >
      <Unsaved of={unsaved}>{children}</Unsaved>
    </Modal>
  )
}
