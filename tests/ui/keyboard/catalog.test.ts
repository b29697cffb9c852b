import { describe, expect, it } from 'vitest'
import { withBrowser } from '../../support/browser.ts'
import {
  choose,
  expectAllReachable,
  expectFocusKept,
  expectFocusOn,
  PATIENT,
  pick,
  press,
  tabTo,
  write,
} from '../../support/keyboard.ts'
import { serveFinance } from './finance.ts'

const browser = withBrowser()
const SLOW = { timeout: 120_000 }

describe('the catalog by keys alone', SLOW, () => {
  it('is searched, filtered by type, tag, source, state and filter, and cleared again', async () => {
    const { url } = await serveFinance()
    const page = await browser.open(`${url}/admin/catalog`)
    const count = page.getByRole('status').filter({ hasText: /\d listed/ })
    const isListed = async (text: string) =>
      expect.poll(() => count.textContent(), PATIENT).toBe(text)
    await isListed('3 listed')
    await page.keyboard.press('/')
    await page.keyboard.type('invoice')
    await isListed('2 listed')
    await write(page, 'textbox', 'Search', '')
    await page.keyboard.press('Backspace')
    await isListed('3 listed')
    await choose(page, 'Tag', 'legal')
    await isListed('1 listed')
    await choose(page, 'Tag', 'legal')
    await isListed('3 listed')
    await choose(page, 'Source', 'manual')
    await choose(page, 'State', 'Disabled')
    await isListed('0 listed')
    await choose(page, 'State', 'Disabled')
    await isListed('3 listed')
    await write(page, 'textbox', 'Filter', "'write' in tags")
    await isListed('1 listed')
    await write(page, 'textbox', 'Filter', "'write' in tgs")
    await page.getByText('Nothing is listed until the filter is right.').waitFor()
    await pick(page, 'Type', 'Prompts', { back: true })
    await page.waitForURL(/type=prompt/)
  })

  it('has an entry opened, tagged, deprecated and disabled, and keeps the place when it is closed', async () => {
    const { url, ok } = await serveFinance()
    const page = await browser.open(`${url}/admin/catalog`)
    await press(page, 'button', 'search_contracts')
    const drawer = page.getByRole('dialog')
    await drawer.getByText('Input', { exact: true }).waitFor()
    await expectAllReachable(page)
    await tabTo(page, 'combobox', 'Tags')
    await page.keyboard.type('finance')
    await page.keyboard.press('Enter')
    await press(page, 'switch', 'Deprecated', { key: 'Space' })
    await drawer.getByText('gains 1').waitFor()
    await press(page, 'button', 'Save')
    await drawer.getByRole('region', { name: 'Impact' }).waitFor({ state: 'hidden' })
    await page.getByRole('status').getByText('Saved.').waitFor({ state: 'attached' })
    await expectFocusKept(page)
    await press(page, 'switch', 'Enabled', { key: 'Space' })
    await press(page, 'button', 'Save')
    await expect
      .poll(() => ok('GET', '/tools?q=search_contracts'), PATIENT)
      .toMatchObject({ tools: [{ tags: ['legal', 'finance'], deprecated: true, enabled: false }] })
    await tabTo(page, 'combobox', 'Tags')
    await page.keyboard.press('Backspace')
    await drawer.getByRole('region', { name: 'Impact' }).waitFor()
    await press(page, 'summary', 'As JSON Schema')
    await tabTo(page, 'region', 'Input schema')
    await press(page, 'button', 'Look at every server')
    await drawer.getByRole('link', { name: 'finance' }).waitFor()
    await expectFocusKept(page)
    await tabTo(page, 'link', 'finance')
    await page.keyboard.press('Escape')
    await expectFocusOn(page, 'button', 'Go on writing')
    await press(page, 'button', 'Discard what is not saved')
    await drawer.waitFor({ state: 'detached' })
    await expectFocusOn(page, 'button', 'search_contracts')
  })

  it('has several entries selected and tagged at once', async () => {
    const { url, ok } = await serveFinance()
    const page = await browser.open(`${url}/admin/catalog`)
    await press(page, 'checkbox', 'Select list_invoices', { key: 'Space' })
    await press(page, 'checkbox', 'Select search_contracts', { key: 'Space' })
    await tabTo(page, 'combobox', 'Add tags', { back: true })
    await page.keyboard.type('old')
    await page.keyboard.press('Enter')
    await press(page, 'button', 'Show the impact')
    await page.getByRole('region', { name: 'Impact' }).waitFor()
    await expectFocusOn(page, 'button', 'Show the impact')
    await press(page, 'button', 'Save')
    await page.getByText('2 selected').waitFor({ state: 'detached' })
    await expectFocusKept(page)
    expect(await ok('GET', '/tools?tag=old')).toHaveProperty('tools.length', 2)
    await press(page, 'checkbox', 'Select all that are shown', { key: 'Space' })
    await page.getByText('3 selected').waitFor()
    await expectAllReachable(page)
  })

  it('has the next page shown, and goes on from there', async () => {
    const { url, ok } = await serveFinance()
    const messages = [{ role: 'user', content: { type: 'text', text: 'Hello' } }]
    for (let i = 0; i < 100; i++) await ok('POST', '/prompts', { name: `p${i}`, messages })
    await ok('POST', '/prompts', { name: 'zz_last', messages })
    const page = await browser.open(`${url}/admin/catalog?type=prompt`)
    await page.getByRole('button', { name: 'Show more' }).waitFor()
    await press(page, 'button', 'Show more', { back: true })
    await page.getByText('That is all.').waitFor()
    await expectFocusOn(page, 'button', /^(p99|zz_last)$/)
  })
})
