import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()
const handler = { type: 'http', url: 'https://api.example.com/x' }

const TOOLS = [
  { name: 'find', tags: ['calm'], annotations: { readOnlyHint: true } },
  { name: 'note', tags: ['loud'], annotations: { destructiveHint: false } },
  { name: 'drop', annotations: { destructiveHint: true } },
  { name: 'says_nothing' },
]

async function builder(): Promise<Page> {
  const { url, ok } = await startFacet({ listen: true })
  for (const tool of TOOLS) await ok('POST', '/tools', { ...tool, handler })
  const page = await browser.open(`${url}/admin/servers/new`)
  await page.getByRole('button', { name: 'Add a condition' }).click()
  return page
}

async function choose(page: Page, kind: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Condition 1', exact: true }).click()
  await page.getByRole('option', { name: kind, exact: true }).click()
}

const value = (page: Page) => page.getByRole('combobox', { name: 'Value of condition 1' })

function expectShown(page: Page, names: readonly string[]) {
  const list = page.getByRole('region', { name: 'Entries of the preview' })
  const seen = async () => {
    const text = await list.textContent()
    return TOOLS.map(({ name }) => name).filter((name) => text?.includes(name))
  }
  return expect.poll(seen).toEqual(names)
}

describe('conditions of a rule', { timeout: 90_000 }, () => {
  it('do not keep the name of a tag as the name of a source', async () => {
    const page = await builder()
    expect(await value(page).inputValue()).toBe('calm')
    await choose(page, 'does not have the tag')
    expect(await value(page).inputValue()).toBe('calm')
    await expectShown(page, ['note', 'drop', 'says_nothing'])
    await choose(page, 'comes from')
    expect(await value(page).inputValue()).toBe('manual')
    await expectShown(page, ['find', 'note', 'drop', 'says_nothing'])
  })

  it('offer all there is to choose from when one is chosen already', async () => {
    const page = await builder()
    await value(page).click()
    await page.getByRole('option', { name: 'loud' }).click()
    await expectShown(page, ['note'])
    await expectAccessible(page)
  })

  it('leave out what may destroy, and what does not say', async () => {
    const page = await builder()
    await choose(page, 'destroys nothing')
    await expectShown(page, ['find', 'note'])
    await page.getByText('Filter', { exact: true }).click()
    await page.getByText('Conditions', { exact: true }).click()
    const kind = page.getByRole('combobox', { name: 'Condition 1', exact: true })
    expect(await kind.inputValue()).toBe('destroys nothing')
  })
})
