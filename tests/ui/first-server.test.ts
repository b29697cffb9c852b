import { describe, expect, it, onTestFinished } from 'vitest'
import { startDemo } from '../../src/cli/demo/start.ts'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { connectClient, toolNames } from '../support/mcp.ts'

const browser = withBrowser()

describe('a new user of the demo', { timeout: 180_000 }, () => {
  it('makes a server from nothing and connects a client with what the page says', async () => {
    const demo = await startDemo(0)
    onTestFinished(async () => {
      await demo.facet.close()
      demo.cleanUp()
    })
    const page = await browser.open(`${demo.client.url}/admin`)
    await page.getByRole('link', { name: 'Servers', exact: true }).click()
    await page.getByRole('link', { name: 'New server' }).first().click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Reading only')
    const rule = page.getByRole('region', { name: 'Rule 1' })
    const tab = page.getByRole('region', { name: 'Preview' }).getByRole('tab', { name: /^Tools/ })
    const everything = await tab.textContent()
    await page.getByRole('button', { name: 'Add a condition' }).click()
    await rule.getByRole('combobox', { name: 'Condition 1', exact: true }).click()
    await page.getByRole('option', { name: 'only reads' }).click()
    await expect.poll(() => tab.textContent()).toMatch(/^Tools [1-9]/)
    await expect.poll(() => tab.textContent()).not.toBe(everything)
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByRole('tab', { name: 'Cursor' }).click()
    const snippet = page.getByRole('region', { name: '.cursor/mcp.json' })
    const written = JSON.parse((await snippet.textContent())!)
    await expectAccessible(page)

    const client = await connectClient(written.mcpServers['reading-only'].url)
    const names = await toolNames(client)
    await page.getByRole('tab', { name: 'Rules' }).click()
    await expect.poll(() => tab.textContent()).toBe(`Tools ${names.length}`)

    await page.getByRole('tab', { name: 'Playground' }).click()
    const tools = page.getByRole('navigation', { name: 'Tools' })
    await tools.getByRole('button', { name: names[0]!, exact: true }).waitFor()
  })
})
