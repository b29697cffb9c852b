import { useEffect, useId, useSyncExternalStore } from 'react'

/** Dialogs that are open, the topmost one last. */
let open: readonly string[] = []
const listeners = new Set<() => void>()

function set(next: readonly string[]): void {
  open = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether a dialog is the topmost one, so that Escape closes this one and not those below. */
export function useTopmost(isOpen: boolean): boolean {
  const id = useId()
  useEffect(() => {
    if (!isOpen) return
    set([...open, id])
    return () => set(open.filter((each) => each !== id))
  }, [id, isOpen])
  return useSyncExternalStore(subscribe, () => open.at(-1)) === id
}
