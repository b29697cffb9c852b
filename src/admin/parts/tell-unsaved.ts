import { createContext, useContext, useId, useLayoutEffect } from 'react'

/** Takes down who has something that is not saved. */
export type Tell = (who: string, isUnsaved: boolean) => void

export const Told = createContext<Tell>(() => undefined)

/** Tells the dialog around a form whether closing it would lose something. */
export function useTellUnsaved(isUnsaved: boolean): void {
  const tell = useContext(Told)
  const who = useId()
  // Before anything else is heard: a click right after a letter must not be faster.
  useLayoutEffect(() => {
    if (!isUnsaved) return
    tell(who, true)
    return () => tell(who, false)
  }, [tell, who, isUnsaved])
}
