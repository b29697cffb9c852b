import { describe, expect, it } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { withBrowser } from '../../support/browser.ts'
import { startFacet } from '../../support/facet.ts'
import { expectAllReachable, expectFocusOn, press, tabTo, write } from '../../support/keyboard.ts'

const browser = withBrowser()
const SLOW = { timeout: 120_000 }

describe('going about by keys alone', SLOW, () => {
  it('comes to the heading of a page, by links, by letters and past the navigation', async () => {
    const { url } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin`)
    await page.getByText('Healthy').waitFor()
    await page.keyboard.press('Tab')
    await expectFocusOn(page, 'link', 'Skip to the content')
    await page.keyboard.press('Enter')
    await expectFocusOn(page, 'heading', 'Overview')
    await press(page, 'link', 'Catalog', { back: true })
    // While the page is being loaded it has a heading and nothing to go to.
    await page.getByRole('radio', { name: 'Tools' }).waitFor({ state: 'attached' })
    await expectFocusOn(page, 'heading', 'Catalog')
    await page.keyboard.press('Tab')
    await expectFocusOn(page, 'radio', 'Tools')
    for (const [letter, name] of [
      ['s', 'Servers'],
      ['u', 'Sources'],
      ['e', 'Explain'],
      ['a', 'Access'],
      ['v', 'Events'],
      ['o', 'Overview'],
      ['c', 'Catalog'],
    ] as const) {
      await page.keyboard.press('g')
      await page.keyboard.press(letter)
      await expectFocusOn(page, 'heading', name)
    }
    await page.keyboard.press('/')
    await expectFocusOn(page, 'textbox', 'Search')
    await page.keyboard.type('g s ? /')
    expect(await page.getByRole('textbox', { name: 'Search' }).inputValue()).toBe('g s ? /')
    await page.getByText('No entry fits').waitFor()
    expect(page.url()).toContain('/admin/catalog')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  it('finds tabs of a page by arrow keys, and stays on them', async () => {
    const { url } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin/access`)
    await tabTo(page, 'tab', 'Users and keys')
    await page.keyboard.press('ArrowRight')
    await expectFocusOn(page, 'tab', 'Policies')
    await page.getByText('There is no policy yet').waitFor()
    await page.keyboard.press('End')
    await expectFocusOn(page, 'tab', 'Test as')
    await page.keyboard.press('Home')
    await expectFocusOn(page, 'tab', 'Users and keys')
  })

  it('shows the keys, gives the focus back, and has them switched off', async () => {
    const { url } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin`)
    await tabTo(page, 'link', 'Sources')
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keys' })
    await dialog.getByText('Go to Catalog').waitFor()
    await expectAllReachable(page)
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expectFocusOn(page, 'link', 'Sources')
    expect(page.url()).toBe(`${url}/admin`)
    await press(page, 'button', 'Show the keys', { back: true })
    await press(page, 'switch', /^Letters and signs do something/, { key: 'Space' })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expectFocusOn(page, 'button', 'Show the keys')
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.keyboard.press('?')
    await press(page, 'button', 'Use the dark colours')
    await expectFocusOn(page, 'button', 'Use the light colours')
    expect(page.url()).toBe(`${url}/admin`)
    expect(await dialog.count()).toBe(0)
  })

  it('opens and closes the navigation of a narrow screen', async () => {
    const { url } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin`, { viewport: { width: 375, height: 700 } })
    await page.getByText('Healthy').waitFor()
    await expectAllReachable(page)
    await press(page, 'button', 'Open the navigation')
    await expectFocusOn(page, 'button', 'Close the navigation')
    await press(page, 'link', 'Servers')
    await expectFocusOn(page, 'heading', 'Servers')
    await page.getByRole('button', { name: 'Open the navigation' }).waitFor()
  })
})

describe('signing in and out by keys alone', SLOW, () => {
  it('begins in the field, and leads to the heading of the page', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { key } = await userWithKey(facet, 'ada', ['editor'])
    const page = await browser.open(`${facet.url}/admin/servers`)
    await expectFocusOn(page, 'field', 'API key or admin token')
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('The credential is not valid.').waitFor()
    await expectAllReachable(page)
    await write(page, 'field', 'API key or admin token', key)
    await page.keyboard.press('Enter')
    await expectFocusOn(page, 'heading', 'Servers')
    await press(page, 'button', 'Sign out', { back: true })
    await expectFocusOn(page, 'field', 'API key or admin token')
  })

  it('goes on where somebody was when the session ended, in a dialog too', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { id, key } = await userWithKey(facet, 'ada', ['editor'])
    const other = await userWithKey(facet, 'bo', ['editor'])
    const page = await browser.open(`${facet.url}/admin/sources`)
    await expectFocusOn(page, 'field', 'API key or admin token')
    await page.keyboard.type(key)
    await page.keyboard.press('Enter')
    await expectFocusOn(page, 'heading', 'Sources')
    await press(page, 'button', 'Add a source')
    await write(page, 'textbox', 'Address', 'https://half.example')
    await facet.ok('DELETE', `/keys/${id}`)
    await expectFocusOn(page, 'field', 'API key or admin token')
    await page.keyboard.press('Escape')
    await page.keyboard.type(other.key)
    await page.keyboard.press('Enter')
    await expectFocusOn(page, 'textbox', 'Address')
    expect(await page.getByRole('textbox', { name: 'Address' }).inputValue()).toBe(
      'https://half.example',
    )
  })
})
