// What tests/support/keyboard.ts asks the page. It runs in the browser.
globalThis.keyboard ??= (() => {
  /** Elements that Tab has stopped at since the round began. */
  let stops = new Set()
  /** What showed the last focus. */
  let lastRing

  const NOTHING = { text: 'nothing', problems: [], isNew: false }

  const OPERABLE =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable=true], ' +
    '[role=button], [role=link], [role=tab], [role=switch], [role=checkbox], [role=radio]'

  const describe = (element) => {
    const role = element.getAttribute('role') ?? element.getAttribute('type') ?? ''
    const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent
    const text = (label ?? element.textContent ?? '').trim().slice(0, 50)
    return `${element.tagName.toLowerCase()}${role && `[${role}]`} "${text}" ${element.className}`
  }

  const hasOutline = (element) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element)
    const isSeen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1
    const { width, height } = element.getBoundingClientRect()
    return isSeen && width > 1 && height > 1 && !/, 0\)$|\/ 0\)$|^transparent$/.test(outlineColor)
  }

  /** The element that shows the focus: itself, the mark or label after it, or a box around it. */
  const ringOf = (element) => {
    const around = []
    for (let box = element.parentElement; box && around.length < 5; box = box.parentElement) {
      around.push(box)
    }
    return [element, element.nextElementSibling, ...around].find((each) => each && hasOutline(each))
  }

  const problemsOf = (element, ring) => {
    const problems = []
    if (!ring) problems.push('the focus does not show')
    if (!element.matches(`${OPERABLE}, [role], h1`)) problems.push('it has no role')
    if (lastRing?.isConnected && !lastRing.contains(element) && lastRing !== ring) {
      if (hasOutline(lastRing)) problems.push(`the ring of ${describe(lastRing)} stays`)
    }
    const box = (ring ?? element).getBoundingClientRect()
    const left = Math.max(0, box.left)
    const right = Math.min(innerWidth, box.right)
    const top = Math.max(0, box.top)
    const bottom = Math.min(innerHeight, box.bottom)
    if (left >= right || top >= bottom) problems.push('it is outside of the viewport')
    else {
      const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
      const isOver = found && ((ring ?? element).contains(found) || found.contains(element))
      if (!isOver) problems.push(`${found ? describe(found) : 'something'} is over it`)
    }
    return problems
  }

  const isShown = (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    !element.closest('[hidden], [inert], :disabled, [data-disabled]')

  const handlerOf = (element) => {
    const key = Object.keys(element).find((name) => name.startsWith('__reactProps$'))
    return key && element[key].onClick
  }

  const looksOperable = (element) => {
    if (element.matches(OPERABLE) || handlerOf(element)) return true
    const isHand = (each) => getComputedStyle(each).cursor === 'pointer'
    return isHand(element) && !isHand(element.parentElement)
  }

  /** What is no stop of its own because a stop beside it has keys for it. */
  const COVERED = [
    // Arrow keys within the field.
    ['.mantine-NumberInput-controls', '.mantine-NumberInput-wrapper'],
    // Backspace within the field.
    ['.mantine-Pill-remove', '.mantine-Input-wrapper'],
    // Choosing what is chosen once more, or an empty text.
    ['.mantine-InputClearButton-root, .mantine-CloseButton-root', '.mantine-Input-wrapper'],
    // A place beside the text of a field is there to reach the field with.
    ['.mantine-Input-wrapper, .mantine-Input-wrapper *', '.mantine-Input-wrapper'],
    // Escape.
    ['.mantine-Modal-inner, .mantine-Drawer-inner, .mantine-Overlay-root', '[role=dialog]'],
  ]

  const isReached = (element) => {
    if (stops.has(element)) return true
    const any = (wanted) => [...stops].some(wanted)
    const label = element.closest('label')
    if (label?.control && any((stop) => stop === label.control || isSibling(stop, label.control))) {
      return true
    }
    if (element.tagName === 'INPUT' && any((stop) => isSibling(stop, element))) return true
    const tabs = element.closest('[role=tablist]')
    if (tabs && any((stop) => tabs.contains(stop))) return true
    return COVERED.some(([part, whole]) => {
      const box = element.closest(part) && (element.closest(whole) ?? document.querySelector(whole))
      return box && any((stop) => box.contains(stop))
    })
  }

  const isSibling = (stop, radio) =>
    stop.type === 'radio' && radio.type === 'radio' && stop.name === radio.name

  return {
    /** The element that has the focus, and what is wrong with how that shows. */
    look() {
      const element = document.activeElement
      if (!element || element === document.body) return NOTHING
      const ring = ringOf(element)
      const problems = problemsOf(element, ring)
      const isNew = !stops.has(element)
      if (problems.length === 0) {
        lastRing = ring
        stops.add(element)
      }
      return { text: describe(element), problems, isNew }
    },
    begin() {
      stops = new Set()
    },
    /** What looks as if it could be operated, and no key leads to. */
    missed() {
      const dialogs = [...document.querySelectorAll('[role=dialog]')].filter(isShown)
      const root = dialogs.at(-1) ?? document.body
      return [...root.querySelectorAll('*')]
        .filter((element) => isShown(element) && looksOperable(element) && !isReached(element))
        .map(describe)
    },
    positive: () =>
      [...document.querySelectorAll('[tabindex]')].filter((e) => e.tabIndex > 0).map(describe),
  }
})()
