import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { picture } from '../../support/browser.ts'
import type { State } from './state.ts'

const WIDE = { width: 1200, height: 800 }
const NARROW = { width: 375, height: 700 }
const SHOTS = join(import.meta.dirname, '../../../reports/states')
const UNUSABLE = readFileSync(join(import.meta.dirname, 'narrow.js'), 'utf8')

/** The axe that `@axe-core/playwright` brings, handed to a page once and not for every look. */
const { resolve } = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'))
const AXE = readFileSync(resolve('axe-core/axe.min.js'), 'utf8')

/** All rules that are on, and the one for the size of what is touched. */
const RUN = `axe.run(document, ${JSON.stringify({
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
  preload: false,
})}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) =>
  id + ': ' + node.html.slice(0, 200) + ' ' + node.failureSummary.replace(/\\s+/g, ' ').slice(0, 300))))`

/**
 * Colours on their way from one scheme to the other are neither; what they come to is looked at,
 * and what is being drawn for the first time has to be there.
 */
const STILL = `{
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('*, *::before, *::after { transition: none !important }')
  document.adoptedStyleSheets = [sheet]
}
new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`

/**
 * Looks at the page as it is: wide in light, narrow in dark. Leaves it wide and light.
 *
 * @returns everything that is wrong with it.
 */
export async function look(
  page: Page,
  { name, picture: drawn, narrowly }: State,
): Promise<string[]> {
  await page.evaluate(STILL)
  const found = (await violations(page)).map((each) => `light: ${each}`)
  if (drawn) await draw(page, drawn)
  await shot(page, `${name} wide light`)
  await page.emulateMedia({ colorScheme: 'dark' })
  await shot(page, `${name} wide dark`)
  await page.setViewportSize(NARROW)
  await narrowly?.(page)
  found.push(...(await violations(page)).map((each) => `dark, narrow: ${each}`))
  await shot(page, `${name} narrow dark`)
  found.push(...(await unusable(page)).map((each) => `narrow: ${each}`))
  await page.emulateMedia({ colorScheme: 'light' })
  await shot(page, `${name} narrow light`)
  await page.setViewportSize(WIDE)
  return found
}

/** Where the keys are now is not what the guide is about. */
async function draw(page: Page, name: string): Promise<void> {
  await page.evaluate('document.activeElement?.blur()')
  await picture(page, name)
}

async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE)
  return page.evaluate(RUN)
}

/** What cannot be used on the screen as it is. What floats may still be on its way to its place. */
async function unusable(page: Page): Promise<string[]> {
  const ask = () => page.evaluate(UNUSABLE) as Promise<string[]>
  let found = await ask()
  for (let i = 0; i < 20 && found.length > 0; i++) {
    await page.waitForTimeout(50)
    found = await ask()
  }
  return found
}

/** A picture to look at, when somebody wants to: LOOK=1. */
async function shot(page: Page, name: string): Promise<void> {
  if (!process.env.LOOK) return
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name.replace(/\W+/g, '-')}.png`) })
}
