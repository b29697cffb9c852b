/** Time in which whoever takes something away may move the focus itself: dialogs do on closing. */
const PATIENCE_MS = 50

/** So many places are remembered to go back to. */
const REMEMBERED = 20

const FOCUSABLE =
  'a[href], button, input, select, textarea, summary, [contenteditable="true"], [tabindex="0"]'

/** The part of the page that a place is looked for in. */
const PART = 'main, [role="dialog"]'

const canHaveFocus = (element: Element): element is HTMLElement =>
  element instanceof HTMLElement &&
  element.matches(`:is(${FOCUSABLE}):not(:disabled, [tabindex="-1"])`) &&
  element.isConnected &&
  element.checkVisibility({ visibilityProperty: true })

/** The places within something, itself first. */
const within = (node: Node | null) =>
  node instanceof Element ? [node, ...node.querySelectorAll(FOCUSABLE)].filter(canHaveFocus) : []

/** The place nearest to a gap: after it, before it, then around it, as long as the part is the same. */
function nearest(
  around: Node | null,
  before: Node | null,
  after: Node | null,
): HTMLElement | undefined {
  if (!(around instanceof Element) || !around.closest(PART)) return undefined
  for (let next = after; next; next = next.nextSibling) {
    const [first] = within(next)
    if (first) return first
  }
  for (let next = before; next; next = next.previousSibling) {
    const last = within(next).at(-1)
    if (last) return last
  }
  if (around.matches(PART)) return undefined
  return nearest(around.parentElement, around.previousSibling, around.nextSibling)
}

/**
 * Keeps the focus from getting lost. When what has it is removed, disabled or hidden, browsers give
 * it to nobody, and whoever goes by keys or hears the page is nowhere. It then goes to what is
 * nearest, to where it was before, or to the heading of the page; and back to a button that was
 * only disabled while it worked. A click beside everything gives it up on purpose.
 */
export function keepFocus(): () => void {
  let visited: Element[] = []
  let isGivenUp = false
  let gap: Parameters<typeof nearest> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const hasNobody = () => !document.activeElement || document.activeElement === document.body

  const onFocus = ({ target }: FocusEvent) => {
    gap = undefined
    isGivenUp = false
    if (target instanceof Element) {
      visited = [target, ...visited.filter((each) => each !== target && each.isConnected)]
      visited = visited.slice(0, REMEMBERED)
    }
  }
  const onPointer = () => {
    // A click on what can have the focus is followed by its event.
    isGivenUp = true
  }
  const recover = (isAwaited = false) => {
    timer = undefined
    const [last] = visited
    if (!last || isGivenUp || !hasNobody()) return
    // It works, and will be back; or it is there as it was, and the focus was taken elsewhere.
    if (last.matches('[data-loading]') && last.isConnected && !isAwaited) return
    if (canHaveFocus(last)) return last.focus()
    const heading = document.querySelector<HTMLElement>('main h1')
    // The heading of a page that is being loaded gives way to the one of the page itself.
    if (last.matches('h1') && heading) return heading.focus()
    const near = last.isConnected
      ? nearest(last.parentElement, last.previousSibling, last.nextSibling)
      : gap && nearest(...gap)
    const place = near ?? visited.find(canHaveFocus) ?? heading
    place?.focus()
  }
  const onKey = (event: KeyboardEvent) => {
    const [last] = visited
    if (event.key !== 'Tab' || !hasNobody() || !last || canHaveFocus(last)) return
    clearTimeout(timer)
    recover(true)
    // From nowhere it would go to the top of the page, behind a dialog that is open.
    if (!hasNobody()) event.preventDefault()
  }
  const observer = new MutationObserver((records) => {
    const [last] = visited
    if (!last || !hasNobody() || isGivenUp) return
    const record = records.find(({ removedNodes }) =>
      [...removedNodes].some((node) => node.contains(last)),
    )
    if (record) gap = [record.target, record.previousSibling, record.nextSibling]
    timer ??= setTimeout(recover, PATIENCE_MS)
  })
  document.addEventListener('keydown', onKey)
  document.addEventListener('focusin', onFocus)
  document.addEventListener('pointerdown', onPointer)
  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ['disabled', 'hidden', 'data-loading'],
  })
  return () => {
    observer.disconnect()
    clearTimeout(timer)
    document.removeEventListener('keydown', onKey)
    document.removeEventListener('focusin', onFocus)
    document.removeEventListener('pointerdown', onPointer)
  }
}
