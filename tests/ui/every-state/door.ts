import type { Page } from 'playwright-core'

/** Signs in on the page that asks for it. */
export async function enter(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key or admin token').fill(key)
  await page.keyboard.press('Enter')
  await page.getByText('Healthy').waitFor()
}
