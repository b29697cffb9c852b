import { VisuallyHidden } from '@mantine/core'
import { useSyncExternalStore } from 'react'

let said = { text: '', times: 0 }
const listeners = new Set<() => void>()

/** Tells screen readers what happened, when they have nothing else to say. */
export function announce(text: string): void {
  said = { text, times: said.times + 1 }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where announcements are made; the same text is a new one each time. */
export function Announcements() {
  const { text, times } = useSyncExternalStore(subscribe, () => said)
  return (
    <VisuallyHidden role="status" aria-label="Announcements">
      <span key={times}>{text}</span>
    </VisuallyHidden>
  )
}
