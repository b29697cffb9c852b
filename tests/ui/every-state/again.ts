import type { Page } from 'playwright-core'

/**
 * Opens a choice anew: while it is open it stays on its side of the field, and where the screen has
 * become narrow that may be below its edge.
 */
export const again = (name: string) => async (page: Page) => {
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name, exact: true }).click()
}
