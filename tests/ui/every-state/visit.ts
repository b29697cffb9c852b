import type { Page } from 'playwright-core'
import { tellShown } from '../../support/browser.ts'
import { look } from './look.ts'
import type { State } from './state.ts'

/** Asked of every state besides. */
type Also = (page: Page) => Promise<readonly string[]>

/** Goes through states one after the other on one page, and gathers what is wrong with each. */
export async function visit(
  page: Page,
  states: readonly State[],
  also: Also = async () => [],
): Promise<string[]> {
  const found: string[] = []
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined))
  let isSpoilt = true
  for (const state of states) {
    const { name, at, reach, see, spoils = false } = state
    try {
      if (isSpoilt) await page.goto(new URL(`/admin${at}`, page.url()).href)
      else await go(page, at)
      await reach?.(page)
      await page.getByText(see).filter({ visible: true }).first().waitFor()
      const wrong = [...(await look(page, state)), ...(await also(page))]
      found.push(...wrong.map((each) => `${name}: ${each}`))
      isSpoilt = spoils
    } catch (error) {
      await tellShown(page, name)
      found.push(`${name}: not reached: ${(error as Error).message}`)
      isSpoilt = true
    }
  }
  return found
}

/** From page to page as links do, past one that keeps nothing open. */
async function go(page: Page, at: string): Promise<void> {
  for (const path of ['/nothing', at]) {
    await page.evaluate(`history.pushState(null, '', ${JSON.stringify(`/admin${path}`)})`)
    if (path === '/nothing') await page.getByText('This address leads to no page').waitFor()
  }
}
