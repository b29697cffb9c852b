import { type RefObject, useLayoutEffect } from 'react'
import { useLocation } from 'wouter'

/** The page whose heading was shown last; undefined before the first one. */
let shown: string | undefined

/** The page an address is of: its tabs belong to it, and so do all pages of one server. */
function pageOf(location: string): string {
  const [, place = '', id = ''] = location.split('/')
  return place === 'servers' ? `${place}/${id}` : place
}

/**
 * Gives the heading of a page the focus when somebody came there from another one, so that the
 * next Tab goes on in the page and screen readers say where one is.
 */
export function useArrival(heading: RefObject<HTMLElement | null>): void {
  const [location] = useLocation()
  const page = pageOf(location)
  useLayoutEffect(() => {
    if (shown !== undefined && shown !== page) heading.current?.focus()
    shown = page
  }, [page, heading])
}
