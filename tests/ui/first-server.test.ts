import { describe, expect, it } from 'vitest'
import { expectAccessible, picture, withBrowser } from '../support/browser.ts'
import { runDemo } from '../support/demo.ts'
import { connectClient, toolNames } from '../support/mcp.ts'

const browser = withBrowser()

/** The steps are those of "From nothing to a connected client" in docs/guides/admin-ui.md. */
describe('a new user', { timeout: 300_000 }, () => {
  it('goes from `npm run demo` to a connected client that hears of a tag', async () => {
    const demo = await runDemo()
    const page = await browser.open(demo.admin)
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.getByRole('link', { name: 'New server' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Safe files')
    const rule = page.getByRole('region', { name: 'Rule 1' })
    const tab = page.getByRole('region', { name: 'Preview' }).getByRole('tab', { name: /^Tools/ })
    const condition = async (number: number, kind: string) => {
      await rule.getByRole('button', { name: 'Add a condition' }).click()
      await rule.getByRole('combobox', { name: `Condition ${number}`, exact: true }).click()
      await page.getByRole('option', { name: kind, exact: true }).click()
    }
    await condition(1, 'comes from')
    await rule.getByRole('combobox', { name: 'Value of condition 1' }).click()
    await page.getByRole('option', { name: 'files', exact: true }).click()
    await expect.poll(() => tab.textContent()).toBe('Tools 14')
    await condition(2, 'only reads')
    await expect.poll(() => tab.textContent()).toBe('Tools 10')
    await picture(page, 'first-server')
    await page.getByRole('button', { name: 'Save and activate' }).click()
    await page.getByRole('tab', { name: 'Cursor' }).click()
    const snippet = page.getByRole('region', { name: '.cursor/mcp.json' })
    const written = JSON.parse((await snippet.textContent())!)
    await expectAccessible(page)
    await picture(page, 'first-connect')

    const told: string[][] = []
    const onChanged = (_error: unknown, tools: { name: string }[] | null) =>
      void told.push(tools?.map(({ name }) => name) ?? [])
    const client = await connectClient(written.mcpServers['safe-files'].url, 'auto', {
      listChanged: { tools: { onChanged } },
    })
    const names = await toolNames(client)
    expect(names).toHaveLength(10)
    expect(names).toContain('read_text_file')
    expect(names).not.toContain('write_file')

    await page.getByRole('tab', { name: 'Playground' }).click()
    const tools = page.getByRole('navigation', { name: 'Tools' })
    await tools.getByRole('button', { name: 'read_text_file', exact: true }).waitFor()

    await page.getByRole('tab', { name: 'Rules' }).click()
    await page.getByRole('button', { name: 'Add a rule' }).click()
    const second = page.getByRole('region', { name: 'Rule 2' })
    await second.getByRole('button', { name: 'Add a condition' }).click()
    await second.getByRole('combobox', { name: 'Value of condition 1' }).fill('team')
    await expect.poll(() => tab.textContent()).toBe('Tools 10')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' })

    await page.getByRole('link', { name: 'Catalog', exact: true }).click()
    await page
      .getByRole('searchbox', { name: 'Search' })
      .or(page.getByRole('textbox', { name: 'Search' }))
      .fill('edit_file')
    await page.getByRole('checkbox', { name: 'Select edit_file' }).check()
    await page.getByLabel('Add tags').first().fill('team')
    await page.getByRole('button', { name: 'Show the impact' }).click()
    await page.getByText('gains 1').waitFor()
    await picture(page, 'first-tag')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(() => told.at(-1)).toEqual([...names, 'edit_file'].sort())
    await client.close()
    expect(await demo.stop()).not.toContainEqual(expect.stringContaining('facet-demo'))
  })
})
