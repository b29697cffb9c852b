import { useSyncExternalStore } from 'react'

let isSignedOut = false
const listeners = new Set<() => void>()

/** Notes whether the service lets this browser in: any answer of 401 says that it does not. */
export function setSignedOut(value: boolean): void {
  isSignedOut = value
  for (const listener of listeners) listener()
}

export function useSignedOut(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => isSignedOut,
  )
}
