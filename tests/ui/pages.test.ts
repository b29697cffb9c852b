import { describe, expect, it } from 'vitest'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'
import { fakeTool } from '../support/fake-upstream.ts'
import { startSdkUpstream } from '../support/sdk-upstream.ts'

const browser = withBrowser()
const SLOW = { timeout: 90_000 }

const handler = { type: 'http', url: 'https://api.example.com/x' }

async function served() {
  const facet = await startFacet({ listen: true })
  const tools = [
    { name: 'list_invoices', tags: ['finance'], annotations: { readOnlyHint: true } },
    { name: 'pay_invoice', tags: ['finance', 'write'] },
    { name: 'search_contracts', tags: ['legal'], description: 'Finds contracts.' },
  ]
  for (const tool of tools) {
    const inputSchema = {
      type: 'object',
      properties: { q: { type: 'string', description: 'Words to look for' } },
      required: ['q'],
    }
    await facet.ok('POST', '/tools', { ...tool, inputSchema, handler })
  }
  return facet
}

const FINANCE = {
  id: 'finance',
  name: 'Finance',
  rules: [{ type: 'tool', filter: "'finance' in tags" }],
}

describe('the catalog', SLOW, () => {
  it('is searched, and an entry is tagged with the impact shown before it is saved', async () => {
    const { url, ok } = await served()
    await ok('POST', '/dynamic', FINANCE)
    const page = await browser.open(`${url}/admin/catalog`)
    await page.getByRole('button', { name: 'pay_invoice' }).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('/')
    await page.keyboard.type('contracts')
    await page.getByRole('button', { name: 'pay_invoice' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'search_contracts' }).focus()
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog')
    await drawer.getByText('Words to look for').first().waitFor()
    await drawer.getByLabel('Tags', { exact: true }).first().fill('finance')
    await page.keyboard.press('Enter')
    await drawer.getByRole('heading', { name: 'search_contracts' }).click()
    const impact = drawer.getByRole('region', { name: 'Impact' })
    await impact.getByText('gains 1').waitFor()
    await expectAccessible(page)
    await drawer.getByRole('button', { name: 'Save', exact: true }).click()
    await impact.waitFor({ state: 'hidden' })
    const { tools } = await ok<{ tools: { name: string }[] }>('GET', '/dynamic/finance/tools')
    expect(tools.map(({ name }) => name)).toContain('search_contracts')
    await drawer.getByRole('button', { name: 'Look at every server' }).click()
    await drawer.getByRole('link', { name: 'finance' }).waitFor()
  })

  it('has tags set on many entries at once, after their impact was shown', async () => {
    const { url, ok } = await served()
    await ok('POST', '/dynamic', FINANCE)
    const page = await browser.open(`${url}/admin/catalog?tag=finance`)
    await page.getByRole('checkbox', { name: 'Select all that are shown' }).check()
    await page.getByLabel('Remove tags').first().fill('finance')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1 }).click()
    await page.getByRole('button', { name: 'Show the impact' }).click()
    await page.getByText('loses 2').waitFor()
    await expectAccessible(page)
    expect(await ok('GET', '/tools?tag=finance')).toHaveProperty('tools.length', 2)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('No entry fits').waitFor()
    expect(await ok('GET', '/tools?tag=finance')).toHaveProperty('tools.length', 0)
  })

  it('shows hostile names and descriptions as plain text', async () => {
    const { url, ok } = await served()
    const name = '<img src=x onerror=alert(1)>'
    await ok('POST', '/resources', {
      uri: 'test://hostile',
      name,
      description: `<script>document.title='owned'</script>\u202e${'long '.repeat(500)}`,
      text: 'x',
    })
    const page = await browser.open(`${url}/admin/catalog?type=resource`, {
      viewport: { width: 375, height: 700 },
    })
    await page.getByRole('button', { name }).click()
    await page.getByRole('dialog').getByRole('heading', { name }).waitFor()
    expect(await page.title()).toBe('Catalog · Facet')
    expect(await page.locator('img[src="x"]').count()).toBe(0)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
  })
})

describe('the server builder', SLOW, () => {
  it('makes a server from conditions, with a preview while it is made, and connects clients to it', async () => {
    const { url, ok } = await served()
    const page = await browser.open(`${url}/admin/servers`)
    await page.getByRole('link', { name: 'New server' }).first().click()
    const preview = page.getByRole('region', { name: 'Preview' })
    await preview.getByText('Tools 3').waitFor()
    await page.getByText('Give it a name to save it.').waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('Money')
    await page.getByRole('button', { name: 'Add a condition' }).click()
    await page.getByRole('combobox', { name: 'Value of condition 1' }).fill('finance')
    await preview.getByText('Tools 2').waitFor()
    await preview.getByText('rule 1').first().waitFor()
    await page.getByRole('heading', { level: 1 }).click()
    await page.getByRole('option').waitFor({ state: 'hidden' })
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByText(`${url}/dynamic/money/mcp`, { exact: true }).waitFor()
    await expectAccessible(page)
    expect(await ok('GET', '/dynamic/money')).toMatchObject({
      status: 'active',
      rules: [{ filter: "'finance' in tags" }],
    })
  })

  it('completes words of a filter, marks its mistake, and shows what would leave', async () => {
    const { url, ok } = await served()
    await ok('POST', '/dynamic', FINANCE)
    const page = await browser.open(`${url}/admin/servers/finance`)
    await page.getByText('Filter', { exact: true }).click()
    const editor = page.getByRole('textbox', { name: 'Filter' })
    await editor.fill("'legal' in tgs")
    const rule = page.getByRole('region', { name: 'Rule 1' })
    await rule.getByRole('alert').waitFor()
    expect(await page.locator('.cm-lintRange-error').textContent()).toBe('t')
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true)
    await page.getByText('It can be saved when its mistakes are mended.').waitFor()
    await expectAccessible(page)
    await editor.fill('')
    await editor.pressSequentially('depre')
    await page.getByRole('option', { name: /deprecated/ }).waitFor()
    // The editor takes no completion that has only just appeared: the key may have been meant otherwise.
    await page.waitForTimeout(150)
    await page.keyboard.press('Tab')
    await page.getByText('2 leaving').waitFor()
    expect(await editor.textContent()).toBe('deprecated')
  })

  it('keeps versions to compare and to go back to', async () => {
    const { url, ok } = await served()
    await ok('POST', '/dynamic', FINANCE)
    await ok('PATCH', '/dynamic/finance', { name: 'Money' })
    const page = await browser.open(`${url}/admin/servers/finance/history`)
    await page.getByRole('button', { name: 'Compare with the current one' }).click()
    await page.getByText('name: "Finance" → "Money"').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Go back to it' }).click()
    await page.getByRole('heading', { level: 1, name: 'Finance' }).waitFor()
    expect(await ok('GET', '/dynamic/finance')).toMatchObject({ name: 'Finance', version: 3 })
  })
})

describe('explain', SLOW, () => {
  it('lights up the stage and the clause that keep an entry out', async () => {
    const { url, ok } = await served()
    await ok('POST', '/dynamic', FINANCE)
    const page = await browser.open(`${url}/admin/explain?server=finance&name=search_contracts`)
    const stage = page.getByRole('region', { name: 'select' })
    await stage.getByText('stopped here').waitFor()
    await stage.getByText('false').first().waitFor()
    await page.getByText("add the tag 'finance'").first().waitFor()
    await expectAccessible(page)
  })
})

describe('sources', SLOW, () => {
  it('are added by their address, listed again on demand, and pasted as a configuration', async () => {
    const { url, ok } = await served()
    const upstream = await startSdkUpstream('modern')
    upstream.tools.push(fakeTool('remote'))
    const page = await browser.open(`${url}/admin/sources`)
    await page.getByText('There is no source yet').waitFor()
    await page.getByRole('button', { name: 'Add your first source' }).click()
    await page.getByRole('textbox', { name: 'Id' }).fill('up')
    await page.getByRole('textbox', { name: 'Address' }).fill(upstream.url)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const card = page.getByRole('region', { name: 'Source up' })
    await card.getByText('1 tool').waitFor()
    await page.getByRole('button', { name: 'Sync now: up' }).click()
    await card.getByText('0 added, 0 changed, 0 removed').waitFor()
    await page.getByRole('button', { name: 'Add a source' }).click()
    await page.getByRole('tab', { name: 'Paste a configuration' }).click()
    await page.getByRole('textbox', { name: 'mcpServers JSON' }).fill('{ nonsense')
    await page.getByRole('button', { name: 'Import' }).click()
    await page.getByText('This is not JSON').waitFor()
    const pasted = { mcpServers: { again: { type: 'http', url: upstream.url } } }
    await page.getByRole('textbox', { name: 'mcpServers JSON' }).fill(JSON.stringify(pasted))
    await page.getByRole('button', { name: 'Import' }).click()
    await page
      .getByRole('region', { name: 'Source again' })
      .getByText('up', { exact: true })
      .waitFor()
    await expectAccessible(page)
    expect(await ok('GET', '/sources')).toHaveProperty('sources.length', 2)
  })
})
