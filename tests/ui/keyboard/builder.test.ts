import { describe, expect, it } from 'vitest'
import { llmRule, post, startSelecting } from '../../dynamic/selection/support.ts'
import { FakeModel } from '../../selection/support/fake-model.ts'
import { withBrowser } from '../../support/browser.ts'
import {
  choose,
  chooseHere,
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

describe('the server builder by keys alone', SLOW, () => {
  it('makes a server of conditions, and saves it as a draft', async () => {
    const { url, ok } = await serveFinance({ access: 'policy' })
    const page = await browser.open(`${url}/admin/servers`)
    await press(page, 'link', 'New server')
    await expectFocusOn(page, 'heading', 'New server')
    const told = page.getByRole('status').filter({ hasText: /tokens/ })
    await expect.poll(() => told.textContent(), PATIENT).toContain('3 tools')
    await write(page, 'textbox', 'Name', 'Money')
    const rule = page.getByRole('region', { name: 'Rule 1' })
    await press(page, 'button', 'Add a condition')
    await choose(page, 'Condition 1', 'has in its name', { back: true })
    await write(page, 'combobox', 'Value of condition 1', 'invoice')
    await expect.poll(() => told.textContent(), PATIENT).toContain('2 tools')
    await press(page, 'button', 'Add a condition')
    await tabTo(page, 'combobox', 'Condition 2', { back: true })
    await chooseHere(page, 'is not deprecated')
    await press(page, 'button', 'Remove condition 2')
    await expectFocusKept(page)
    await press(page, 'button', 'Remove condition 1', { back: true })
    await rule.getByText('Takes everything').waitFor()
    await expectFocusOn(page, 'button', 'Add a condition')
    await expect.poll(() => told.textContent(), PATIENT).toContain('3 tools')
    await press(page, 'tab', /^Tools/)
    await page.keyboard.press('ArrowRight')
    await expectFocusOn(page, 'tab', /^Prompts/)
    await press(page, 'button', 'Save as a draft', { back: true })
    await expectFocusOn(page, 'heading', 'Money')
    await page.getByRole('status').getByText('Saved.').waitFor({ state: 'attached' })
    expect(await ok('GET', '/dynamic/money')).toMatchObject({ status: 'draft' })
    await press(page, 'tab', 'Connect')
    await page.keyboard.press('Home')
    await expectFocusOn(page, 'tab', 'Rules')
    await page.keyboard.press('Enter')
    await press(page, 'button', 'Save and activate')
    await page.getByRole('button', { name: 'Take offline as a draft' }).waitFor()
    await expectFocusKept(page)
    expect(await ok('GET', '/dynamic/money')).toMatchObject({ status: 'active' })
  })

  it('adds, changes, moves and removes rules', async () => {
    const { url, ok } = await serveFinance({ access: 'policy' })
    const page = await browser.open(`${url}/admin/servers/finance`)
    const second = { within: page.getByRole('region', { name: 'Rule 2' }) }
    await press(page, 'button', 'Add a rule')
    await choose(page, 'Rule 2', 'exclude', { ...second, back: true })
    await choose(page, 'Type of entries', 'Prompts', second)
    await choose(page, 'Type of entries', 'Tools', second)
    await choose(page, 'How entries are chosen', 'by meaning', second)
    await write(page, 'textbox', 'What entries should be about', 'pay', second)
    await press(page, 'summary', 'More', second)
    await write(page, 'textbox', 'How many entries', '1', second)
    await choose(page, 'How entries are chosen', 'by a filter', { ...second, back: true })
    await press(page, 'button', 'Move rule 2 up')
    await expectFocusKept(page)
    await page.getByRole('status').getByText('It is rule 1 now.').waitFor({ state: 'attached' })
    await press(page, 'button', 'Move rule 1 down')
    await page.getByRole('status').getByText('It is rule 2 now.').waitFor({ state: 'attached' })
    await expectFocusKept(page)
    const first = { within: page.getByRole('region', { name: 'Rule 1' }) }
    await press(page, 'switch', 'Entries of sources too', { key: 'Space', ...first, back: true })
    await press(page, 'button', 'Remove rule 2')
    await second.within.waitFor({ state: 'detached' })
    await expectFocusOn(page, 'button', 'Add a rule')
    await press(page, 'button', 'Save')
    await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' })
    await expectFocusKept(page)
    expect(await ok('GET', '/dynamic/finance')).toMatchObject({
      rules: [{ filter: "'finance' in tags", include_federated: true }],
    })
    await write(page, 'textbox', 'Name', 'Other', { back: true })
    await press(page, 'button', 'Discard what is not saved')
    await expectFocusKept(page)
    await press(page, 'button', 'Take offline as a draft', { back: true })
    await page.getByText('draft', { exact: true }).waitFor()
    await expectFocusKept(page)
  })

  it('has a filter written, completed and mended, and the editor left', async () => {
    const { url } = await serveFinance({ access: 'policy' })
    const page = await browser.open(`${url}/admin/servers/finance`)
    await pick(page, 'How the filter is written', 'Filter')
    await write(page, 'textbox', 'Filter', "'legal' in tgs")
    await page.getByRole('region', { name: 'Rule 1' }).getByRole('alert').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    await expectFocusOn(page, 'summary', 'More')
    await write(page, 'textbox', 'Filter', '', { back: true })
    await page.keyboard.press('Backspace')
    await page.keyboard.type('depre')
    await page.getByRole('option', { name: /deprecated/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('option', { name: /deprecated/ }).waitFor({ state: 'detached' })
    await page.keyboard.press('Tab')
    await expectFocusOn(page, 'summary', 'More')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('End')
    await page.keyboard.type('c')
    const option = page.getByRole('option', { name: /deprecated/ })
    await option.waitFor()
    // The editor takes no completion that has only just appeared.
    await page.waitForTimeout(150)
    await page.keyboard.press('Tab')
    const editor = page.getByRole('textbox', { name: 'Filter' })
    expect(await editor.textContent()).toBe('deprecated')
    await expectFocusOn(page, 'textbox', 'Filter')
    await page.keyboard.type(' ?g c /')
    expect(await editor.textContent()).toBe('deprecated ?g c /')
    expect(page.url()).toContain('/servers/finance')
    await expectAllReachable(page)
  })

  it('sets how clients see it, its budget, its review and overrides', async () => {
    const { url, ok } = await serveFinance({ access: 'policy' })
    const page = await browser.open(`${url}/admin/servers/finance`)
    await press(page, 'button', 'How clients see it')
    await write(page, 'textbox', 'Instructions', 'Ask first.')
    await choose(page, 'Names of tools and prompts', /with the source/)
    await choose(page, 'What is listed', /tools to search/)
    await tabTo(page, 'combobox', 'Pinned tools')
    await page.keyboard.type('manual_pay_invoice')
    await page.keyboard.press('Enter')
    await choose(page, 'More tools, for clients that know them', /proxy__tools/)
    await page.keyboard.press('Escape')
    await press(page, 'button', 'How large it may be')
    await write(page, 'textbox', 'Most tools', '9')
    await page.keyboard.press('ArrowUp')
    await press(page, 'button', 'When its entries change')
    await choose(page, 'New entries', /wait until/)
    await press(page, 'button', /^Entries shown differently/)
    await press(page, 'button', 'Show an entry differently')
    const override = { within: page.getByRole('region', { name: 'Override 1' }) }
    await tabTo(page, 'combobox', 'Type', { ...override, back: true })
    await write(page, 'textbox', 'Its name there', 'pay_invoice', override)
    await write(page, 'textbox', 'Title', 'Pay', override)
    await press(page, 'button', 'Show an entry differently')
    await press(page, 'button', 'Remove override 2', { back: true })
    await expectFocusOn(page, 'button', 'Show an entry differently')
    await page
      .getByRole('status')
      .filter({ hasText: /^about/ })
      .waitFor()
    await expectAllReachable(page)
    await press(page, 'button', 'Save')
    await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' })
    await expectFocusKept(page)
    expect(await ok('GET', '/dynamic/finance')).toMatchObject({
      instructions: 'Ask first.',
      naming: 'prefixed',
      exposure: 'search',
      pinned: ['manual_pay_invoice'],
      search_aliases: ['proxy'],
      max_tools: 10,
      admission: 'review',
      overrides: [{ match: { name: 'pay_invoice' }, title: 'Pay' }],
    })
  })

  it('asks a model about entries, and says why it chose them', async () => {
    const fake = await FakeModel.start()
    const facet = await startSelecting(fake, { listen: true })
    for (const tool of ['stock_price', 'send_mail']) await post(facet, tool)
    await facet.ok('POST', '/dynamic', {
      id: 'risk',
      name: 'Risk',
      status: 'draft',
      rules: [llmRule()],
    })
    const page = await browser.open(`${facet.url}/admin/servers/risk`)
    await page.getByText('2 not judged').waitFor()
    await press(page, 'button', 'Ask the model about 2 entries')
    const rule = page.getByRole('region', { name: 'Rule 1' })
    const reasons = rule.locator('details', { hasText: 'Why the model chose them' })
    await reasons.waitFor()
    await expectFocusKept(page)
    await press(page, 'summary', 'Why the model chose them (2 judged)')
    await reasons.getByText('stock_price').waitFor()
    expect(fake.sizes).toEqual([2])
  })

  it('shows the preview as somebody sees it', async () => {
    const { url } = await serveFinance({ access: 'policy' })
    const page = await browser.open(`${url}/admin/servers/finance`)
    await tabTo(page, 'region', 'Entries of the preview')
    await press(page, 'summary', /sees it/, { back: true })
    await pick(page, 'Who asks', 'Made up')
    await tabTo(page, 'combobox', 'Groups')
    await page.keyboard.type('risk')
    await page.keyboard.press('Enter')
    await page.getByText('2 not permitted').waitFor()
    await expectFocusOn(page, 'combobox', 'Groups')
  })
})
