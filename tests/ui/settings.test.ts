import { describe, expect, it } from 'vitest'
import { llmRule, post, startSelecting } from '../dynamic/selection/support.ts'
import { FakeModel } from '../selection/support/fake-model.ts'
import { expectAccessible, picture, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()
const SLOW = { timeout: 90_000 }
const RULES = [{ type: 'tool', filter: 'true' }]

async function served() {
  const facet = await startFacet({ listen: true })
  const handler = { type: 'http', url: 'https://api.example.com/x' }
  for (const name of ['list_invoices', 'pay_invoice', 'send_mail']) {
    await facet.ok('POST', '/tools', { name, handler })
  }
  return facet
}

describe('the settings of a server', SLOW, () => {
  it('shape the preview before they are saved, and are saved', async () => {
    const { url, ok } = await served()
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', rules: RULES })
    const page = await browser.open(`${url}/admin/servers/money`)
    const preview = page.getByRole('region', { name: 'Preview' })
    await preview.getByText('Tools 3').waitFor()
    await page.getByRole('button', { name: 'How large it may be' }).click()
    await page.getByRole('textbox', { name: 'Most tools', exact: true }).fill('2')
    await preview.getByText('Trimmed by the budget').waitFor()
    await preview.getByText('1 leaving').waitFor()
    await page.getByRole('button', { name: 'Entries shown differently' }).click()
    await page.getByRole('button', { name: 'Show an entry differently' }).click()
    const override = page.getByRole('region', { name: 'Override 1' })
    await override.getByRole('textbox', { name: 'Its name there' }).fill('list_invoices')
    await override.getByRole('textbox', { name: 'Shown under the name' }).fill('bills')
    await preview.getByText('bills').waitFor()
    await page.getByRole('button', { name: 'How clients see it' }).click()
    await page.getByRole('textbox', { name: 'Instructions' }).fill('Ask before paying.')
    await page.getByRole('button', { name: 'When its entries change' }).click()
    await page.getByRole('textbox', { name: 'Frozen for, in seconds' }).fill('60')
    await expectAccessible(page)
    await picture(page, 'settings')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' })
    expect(await ok('GET', '/dynamic/money')).toMatchObject({
      max_tools: 2,
      cache_ttl: 60,
      instructions: 'Ask before paying.',
      overrides: [{ match: { source: 'manual', name: 'list_invoices' }, name: 'bills' }],
    })
  })

  it('of a new server go into it with its id, and a wrong one is told where it is', async () => {
    const { url, ok } = await served()
    const page = await browser.open(`${url}/admin/servers/new`)
    const preview = page.getByRole('region', { name: 'Preview' })
    await page.getByRole('textbox', { name: 'Name' }).fill('Money')
    await page.getByRole('button', { name: 'How clients see it' }).click()
    await page.getByRole('textbox', { name: 'Id' }).fill('cash')
    await page.getByRole('combobox', { name: 'Names of tools and prompts' }).click()
    await page.getByRole('option', { name: /with the source/ }).click()
    await preview.getByText('Tools 3').waitFor()
    await page.getByRole('button', { name: 'Entries shown differently' }).click()
    await page.getByRole('button', { name: 'Show an entry differently' }).click()
    const override = page.getByRole('region', { name: 'Override 1' })
    await override.getByRole('alert').first().waitFor()
    expect(await page.getByRole('button', { name: 'Save and activate' }).isDisabled()).toBe(true)
    await override.getByRole('button', { name: 'Remove override 1' }).click()
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByText(`${url}/dynamic/cash/mcp`, { exact: true }).waitFor()
    expect(await ok('GET', '/dynamic/cash')).toMatchObject({ naming: 'prefixed' })
  })
})

describe('what is written and not saved', SLOW, () => {
  it('is there after looking at other tabs and pages, and the browser warns before losing it', async () => {
    const { url, ok } = await served()
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', rules: RULES })
    const page = await browser.open(`${url}/admin/servers/money`)
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.fill('Half done')
    await page.getByText('not saved', { exact: true }).waitFor()
    await page.getByRole('tab', { name: 'History' }).click()
    await page.getByRole('link', { name: 'Catalog' }).click()
    await page.getByRole('link', { name: 'Servers', exact: true }).click()
    await page.getByText('not saved', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Money' }).click()
    expect(await name.inputValue()).toBe('Half done')
    const asked = page.waitForEvent('dialog')
    void page.evaluate('location.reload()').catch(() => undefined)
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    expect(await name.inputValue()).toBe('Half done')
    await page.getByRole('button', { name: 'Discard what is not saved' }).click()
    expect(await name.inputValue()).toBe('Money')
    await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' })
  })
})

describe('a rule that a model judges', SLOW, () => {
  it('says what asking costs before, and why each was chosen after', async () => {
    const fake = await FakeModel.start()
    const model = { prices: { input: 1, output: 5 } }
    const facet = await startSelecting(fake, { model, listen: true })
    for (const tool of ['stock_price', 'invoice_list', 'send_mail']) await post(facet, tool)
    await facet.ok('POST', '/dynamic', {
      id: 'risk',
      name: 'Risk',
      status: 'draft',
      rules: [llmRule()],
    })
    const page = await browser.open(`${facet.url}/admin/servers/risk`)
    const rule = page.getByRole('region', { name: 'Rule 1' })
    await rule.getByText(/3 not judged, \$0\.\d+ to ask/).waitFor()
    expect(fake.seen).toEqual([])
    await page.getByRole('button', { name: 'Ask the model about 3 entries' }).click()
    await rule.getByText('Why the model chose them (3 judged)').click()
    await rule.getByText('invoice_list').waitFor()
    await expectAccessible(page)
    await picture(page, 'verdicts')
    expect(fake.sizes).toEqual([3])
  })
})
