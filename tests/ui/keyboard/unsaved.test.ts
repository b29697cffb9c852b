import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { withBrowser } from '../../support/browser.ts'
import { startFacet, type TestFacet } from '../../support/facet.ts'
import { expectAllReachable, expectFocusOn, press, tabTo, write } from '../../support/keyboard.ts'

const browser = withBrowser()
const SLOW = { timeout: 120_000 }
const handler = { type: 'http', url: 'https://api.example.com/x' }
const allow = { effect: 'allow', who: 'true', what: 'true' }

/** A dialog, what opens it, and a field in it with what it has when nothing was written. */
interface Dialog {
  readonly at: string
  readonly opener: string
  readonly name: string | RegExp
  readonly field: string
  readonly role?: 'combobox' | 'textbox'
  readonly was?: string
  /** What leads from the dialog to the field. */
  readonly reach?: (page: Page) => Promise<unknown>
}

const DIALOGS: readonly Dialog[] = [
  { at: '/access', opener: 'New user', name: 'New user', field: 'Id' },
  { at: '/access', opener: 'New user', name: 'New user', field: 'Groups', role: 'combobox' },
  { at: '/access', opener: 'ada', name: 'User', field: 'Name', was: 'Ada' },
  {
    at: '/access',
    opener: 'ada',
    name: 'User',
    field: 'What it is for',
    reach: (page) => press(page, 'button', 'New key'),
  },
  { at: '/access/policies', opener: 'New policy', name: 'New policy', field: 'Id' },
  { at: '/access/policies', opener: 'p', name: 'Policy p', field: 'Description' },
  { at: '/access/guards', opener: 'New guard', name: 'New guard', field: 'Id' },
  { at: '/access/guards', opener: 'g', name: 'Guard g', field: 'Description' },
  { at: '/catalog', opener: 'pay', name: /^Tool/, field: 'Tags', role: 'combobox' },
  { at: '/sources', opener: 'Add a source', name: 'Add a source', field: 'Address' },
  {
    at: '/sources',
    opener: 'Add a source',
    name: 'Add a source',
    field: 'Header 1',
    reach: (page) => press(page, 'button', 'Add a header'),
  },
  {
    at: '/sources',
    opener: 'Add a source',
    name: 'Add a source',
    field: 'mcpServers JSON',
    reach: async (page) => {
      await tabTo(page, 'tab', 'By address')
      await page.keyboard.press('ArrowRight')
    },
  },
  {
    at: '/sources',
    opener: 'Change up',
    name: 'Change up',
    field: 'Address',
    was: 'http://127.0.0.1:9/mcp',
  },
]

async function withOneOfEach(): Promise<TestFacet> {
  const facet = await startFacet({ listen: true })
  await facet.ok('POST', '/users', { id: 'ada', name: 'Ada', roles: ['admin'] })
  await facet.ok('POST', '/policies', { id: 'p', ...allow })
  await facet.ok('POST', '/guards', { id: 'g', kind: 'arguments', what: 'true', max_chars: 9 })
  await facet.ok('POST', '/tools', { name: 'pay', handler })
  const transport = { type: 'http', url: 'http://127.0.0.1:9/mcp' }
  await facet.ok('POST', '/sources', { id: 'up', transport })
  return facet
}

describe('a dialog that is left by Escape', SLOW, () => {
  it.each(DIALOGS)(
    '$at: $opener, $field: is closed at once when nothing was written, and asks when something was',
    async ({ at, opener, name, field, role = 'textbox', was = '', reach }) => {
      const { url } = await withOneOfEach()
      const page = await browser.open(`${url}/admin${at}`)
      const dialog = page.getByRole('dialog', { name })
      const question = page.getByRole('dialog', { name: 'This is not saved' })
      // What is typed into a list of words is one of them once the field is left.
      const written = async () =>
        role === 'combobox'
          ? dialog.locator('.mantine-TagsInput-pill').allTextContents()
          : [await dialog.getByRole(role, { name: field }).inputValue()]
      const open = async () => {
        await press(page, 'button', opener)
        await dialog.waitFor()
        await reach?.(page)
        await tabTo(page, role, field)
      }
      await page.getByRole('button', { name: opener, exact: true }).waitFor()
      await open()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      await expectFocusOn(page, 'button', opener)

      await open()
      await page.keyboard.type('half')
      await page.keyboard.press('Escape')
      await expectFocusOn(page, 'button', 'Go on writing')
      await page.keyboard.press('Enter')
      await question.waitFor({ state: 'detached' })
      await expectFocusOn(page, role, field)
      expect(await written()).toContain(`${was}half`)

      await page.keyboard.press('Escape')
      await expectFocusOn(page, 'button', 'Go on writing')
      await press(page, 'button', 'Discard what is not saved')
      await dialog.waitFor({ state: 'detached' })
      await question.waitFor({ state: 'detached' })
      await expectFocusOn(page, 'button', opener)

      await open()
      expect(await written()).not.toContain(`${was}half`)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      expect(await question.count()).toBe(0)
    },
  )

  it('asks no more once it is as it was, or has been saved', async () => {
    const { url, ok } = await withOneOfEach()
    const page = await browser.open(`${url}/admin/access`)
    const dialog = page.getByRole('dialog', { name: 'User' })
    await page.getByRole('button', { name: 'ada', exact: true }).waitFor()
    await press(page, 'button', 'ada')
    await write(page, 'textbox', 'Name', 'Countess')
    await write(page, 'textbox', 'Name', 'Ada')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await press(page, 'button', 'ada')
    await write(page, 'textbox', 'Name', 'Countess')
    await press(page, 'button', 'Save')
    await dialog.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await ok('GET', '/users/ada')).toMatchObject({ name: 'Countess' })
  })

  it('has its question answered by Escape too, and by keys alone', async () => {
    const { url } = await withOneOfEach()
    const page = await browser.open(`${url}/admin/access/policies`)
    await page.getByRole('button', { name: 'New policy' }).waitFor()
    await press(page, 'button', 'New policy')
    await write(page, 'textbox', 'Id', 'half')
    await press(page, 'button', 'Close', { back: true })
    await expectFocusOn(page, 'button', 'Go on writing')
    await expectAllReachable(page)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'This is not saved' }).waitFor({ state: 'detached' })
    await expectFocusOn(page, 'button', 'Close')
    expect(await page.getByRole('textbox', { name: 'Id' }).inputValue()).toBe('half')
  })
})
