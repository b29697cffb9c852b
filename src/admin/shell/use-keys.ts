import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { PLACES } from './navigation.tsx'

/** Time in which the second key of a pair has to follow. */
const PAIR_MS = 1_000

/** Fields that take letters; a box to tick takes none. */
const FIELDS = 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]'

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest(FIELDS)

/** Whether the page is behind something that has to be answered or closed first. */
const isBehind = () =>
  document.querySelector('[role="dialog"]') !== null ||
  document.querySelector('main')?.checkVisibility() !== true

/** `/` goes to the search of the page, `?` shows the keys, `g` and a letter goes to a page. */
export function useKeys(areOn: boolean, showKeys: () => void): void {
  const [, go] = useLocation()
  const pressedG = useRef(0)
  useEffect(() => {
    if (!areOn) return
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (isBehind()) return
      const search = document.querySelector<HTMLElement>('[data-page-search]')
      const place = PLACES.find(({ key }) => key === event.key)
      if (event.key === '/' && search) search.focus()
      else if (event.key === '?') showKeys()
      else if (place && event.timeStamp - pressedG.current < PAIR_MS) go(place.path)
      else {
        pressedG.current = event.key === 'g' ? event.timeStamp : 0
        return
      }
      pressedG.current = 0
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [areOn, go, showKeys])
}
