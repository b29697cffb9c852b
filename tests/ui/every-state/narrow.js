// Runs in the page and answers with everything a narrow screen makes unusable: what is wider than
// the screen, cut off, covered, or written over something else. Plain JavaScript, because it is
// handed to the browser as it is.
;(async () => {
  const CONTROLS =
    'a[href]:not([href^="#"]), button, input, textarea, select, summary, [role="option"], [role="tab"], [contenteditable="true"]'
  const found = []
  const said = (element) => {
    const text = element.getAttribute('aria-label') || element.textContent.trim() || element.name
    return `${element.localName} "${String(text).slice(0, 60)}"`
  }
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const visible = (selector, within = document) =>
    [...within.querySelectorAll(selector)].filter((element) => {
      const { width, height } = element.getBoundingClientRect()
      return width > 1 && height > 1 && isSeen(element)
    })
  const ancestors = (element) => {
    const all = []
    for (let each = element.parentElement; each; each = each.parentElement) all.push(each)
    return all
  }
  const styleOf = (element) => getComputedStyle(element)
  const scrollsSideways = (element) =>
    /auto|scroll/.test(styleOf(element).overflowX) && element.scrollWidth > element.clientWidth
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))

  const dialog = visible('[role="dialog"]').at(-1)
  const choices = visible('[role="listbox"], .cm-tooltip').at(-1)
  const scope = dialog ?? document.body
  if (!choices) {
    for (const each of [document.documentElement, ...scope.querySelectorAll('*'), scope]) {
      if (each.scrollTop > 0) each.scrollTop = 0
    }
  }
  await frame()

  // The page as a whole.
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) {
    const wide = visible('body *')
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
      .filter((each) => !ancestors(each).some(scrollsSideways))
    found.push(`the page is ${scrollWidth} wide: ${wide.slice(-2).map(said).join(', ')}`)
  }

  // What lies above it fits.
  for (const box of [dialog, choices].filter(Boolean)) {
    const { left, right, top, bottom } = box.getBoundingClientRect()
    if (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1) {
      found.push(
        `${said(box)} does not fit the screen: ${[left, top, right, bottom].map(Math.round)}`,
      )
    }
  }

  // Labels are there as a whole, or told on hover.
  const LABELS =
    'button, [role="tab"], [class*="Badge-label"], [class*="SegmentedControl-label"], th'
  for (const element of visible(LABELS, scope)) {
    for (const each of [element, ...element.querySelectorAll('*')]) {
      const isCut = each.scrollWidth > each.clientWidth + 1 && styleOf(each).overflowX !== 'visible'
      const isTold = [each, ...ancestors(each)].some(({ title }) => title)
      if (isCut && each.clientWidth > 0 && !isTold && each.textContent.trim() !== '') {
        found.push(`${said(element)} is cut off`)
        break
      }
    }
  }
  for (const input of visible('input, textarea', scope)) {
    const isChosen = input.readOnly && input.value !== ''
    if (isChosen && input.scrollWidth > input.clientWidth + 1) {
      found.push(`the value "${input.value}" of ${said(input)} is cut off`)
    }
    if (input.value === '' && input.placeholder) {
      const { font, paddingLeft, paddingRight } = styleOf(input)
      const ink = new OffscreenCanvas(1, 1).getContext('2d')
      ink.font = font
      const room =
        input.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)
      if (input.localName === 'input' && ink.measureText(input.placeholder).width > room + 1) {
        found.push(`the hint "${input.placeholder}" of ${said(input)} is cut off`)
      }
    }
  }

  // Texts do not lie on each other.
  const texts = []
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    const parent = node.parentElement
    if (node.data.trim() === '' || !isSeen(parent)) continue
    if (!parent.checkVisibility({ contentVisibilityAuto: true })) continue
    if (parent.closest('[role="listbox"], .cm-tooltip, script, style, noscript')) continue
    // What stays above the window, whatever is scrolled, lies on nothing that is seen.
    const isFixed = [parent, ...ancestors(parent)].some(
      (each) => styleOf(each).position === 'fixed',
    )
    const range = document.createRange()
    range.selectNodeContents(node)
    if (isFixed && range.getBoundingClientRect().bottom <= 0) continue
    const clips = [parent, ...ancestors(parent)]
      .filter((each) => styleOf(each).overflow !== 'visible')
      .map((each) => each.getBoundingClientRect())
    for (const line of range.getClientRects()) {
      const left = Math.max(line.left, ...clips.map((clip) => clip.left))
      const right = Math.min(line.right, ...clips.map((clip) => clip.right))
      const top = Math.max(line.top, ...clips.map((clip) => clip.top))
      const bottom = Math.min(line.bottom, ...clips.map((clip) => clip.bottom))
      if (right - left > 2 && bottom - top > 6) texts.push({ node, left, right, top, bottom })
    }
  }
  for (const [i, a] of texts.entries()) {
    for (const b of texts.slice(i + 1)) {
      if (a.node === b.node) continue
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      if (across > 2 && down > 5) {
        found.push(`"${a.node.data.slice(0, 40)}" lies on "${b.node.data.slice(0, 40)}"`)
      }
    }
  }

  // Everything that can be operated can be brought into view, and is on top there.
  const targetOf = (control) => {
    const isTick = control.type === 'checkbox' || control.type === 'radio'
    return isTick ? (control.labels?.[0] ?? control) : control
  }
  const within = choices ?? scope
  const controls = [...within.querySelectorAll(CONTROLS)]
    .filter((each) => !each.disabled && !each.closest('[inert], [aria-hidden="true"]'))
    .map(targetOf)
    .filter((each) => {
      const { width, height } = each.getBoundingClientRect()
      return width > 1 && height > 1 && isSeen(each)
    })
  const isOnTop = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    const [line = { left, right, top, bottom }] = element.getClientRects()
    const hit = document.elementFromPoint(
      (Math.max(line.left, 0) + Math.min(line.right, innerWidth)) / 2,
      (line.top + line.bottom) / 2,
    )
    const label = element.closest('label')
    return hit !== null && (element.contains(hit) || label?.contains(hit))
  }
  for (const control of [...new Set(controls)]) {
    const box = control.getBoundingClientRect()
    const middle = (box.left + box.right) / 2
    const hiding = ancestors(control).find((each) => {
      if (!/hidden|clip/.test(styleOf(each).overflowX)) return false
      const clip = each.getBoundingClientRect()
      return middle < clip.left - 1 || middle > clip.right + 1
    })
    if (hiding) found.push(`${said(control)} is cut off by ${said(hiding)}`)
    control.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })
    if (!isOnTop(control)) {
      await frame()
      control.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })
      await frame()
    }
    const { left, right, width } = control.getBoundingClientRect()
    if ((left < -1 || right > innerWidth + 1) && width <= innerWidth) {
      found.push(`${said(control)} is outside of the screen`)
    } else if (!isOnTop(control)) {
      const { top, bottom } = control.getBoundingClientRect()
      const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
      found.push(`${said(control)} cannot be reached: ${over ? said(over) : 'off the screen'}`)
    }
  }
  scrollTo(0, 0)
  return [...new Set(found)]
})()
