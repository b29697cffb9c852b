import { useEffect } from 'react'

/** Links that lead away from the page below a dialog; others are opened beside it. */
const AWAY = '[role="dialog"] a[href]:not([target])'

/** Where to stay, while there is a reason to, and who is told that somebody wanted to leave. */
let kept: { readonly here: string; readonly onLeave: () => void } | undefined

// Listeners of the window are called in the order they came in, and this one has to be before the
// router's: so it comes in with the first page.
addEventListener('popstate', (event) => {
  if (!kept) return
  event.stopImmediatePropagation()
  // The browser is there already; this puts back what it has left.
  window.history.pushState(null, '', kept.here)
  kept.onLeave()
})

/** Has the browser ask before it leaves the page while there is something unsaved. */
export function useLeaveWarning(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isUnsaved])
}

/** Stays here when somebody goes back, or follows a link, with something unsaved, and tells it. */
export function useStay(isUnsaved: boolean, onLeave: () => void): void {
  useEffect(() => {
    if (!isUnsaved) return
    kept = { here: window.location.href, onLeave }
    const onClick = (event: MouseEvent) => {
      const { target, button, ctrlKey, metaKey, shiftKey } = event
      const isBeside = button !== 0 || ctrlKey || metaKey || shiftKey
      if (isBeside || !(target instanceof Element) || !target.closest(AWAY)) return
      event.preventDefault()
      event.stopPropagation()
      onLeave()
    }
    document.addEventListener('click', onClick, { capture: true })
    return () => {
      kept = undefined
      document.removeEventListener('click', onClick, { capture: true })
    }
  }, [isUnsaved, onLeave])
}
