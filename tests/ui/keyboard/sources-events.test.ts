import { describe, expect, it } from 'vitest'
import { withBrowser } from '../../support/browser.ts'
import { startFacet } from '../../support/facet.ts'
import { fakeTool } from '../../support/fake-upstream.ts'
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
import { facetWithOAuth } from '../../support/oauth-facet.ts'
import { startOAuthUpstream } from '../../support/oauth-upstream.ts'
import { startSdkUpstream } from '../../support/sdk-upstream.ts'

const browser = withBrowser()
const SLOW = { timeout: 120_000 }

/** So many events are shown at first. */
const PAGE = 100

describe('sources by keys alone', SLOW, () => {
  it('are added, pasted and listed again', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const upstream = await startSdkUpstream('modern')
    upstream.tools.push(fakeTool('remote'))
    const page = await browser.open(`${url}/admin/sources`)
    await press(page, 'button', 'Add your first source')
    await write(page, 'textbox', 'Id', 'up')
    await write(page, 'textbox', 'Address', upstream.url)
    await press(page, 'checkbox', /^It wants somebody/, { key: 'Space' })
    await page.keyboard.press('Space')
    await tabTo(page, 'combobox', 'Tags of all its entries')
    await page.keyboard.type('remote')
    await page.keyboard.press('Enter')
    await expectAllReachable(page)
    await press(page, 'button', 'Add')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page
      .getByRole('region', { name: 'Source up' })
      .getByText(/\b1 tool\b/)
      .waitFor()
    await expectFocusKept(page)
    await press(page, 'button', 'Sync now: up')
    await page.getByRole('status').getByText('0 added, 0 changed').waitFor()
    await expectFocusOn(page, 'button', 'Sync now: up')
    await press(page, 'button', 'Add a source', { back: true })
    await tabTo(page, 'tab', 'By address')
    await page.keyboard.press('ArrowRight')
    const pasted = { mcpServers: { again: { type: 'http', url: upstream.url } } }
    await write(page, 'textbox', 'mcpServers JSON', JSON.stringify(pasted))
    await press(page, 'button', 'Import')
    await page.getByRole('region', { name: 'Source again' }).waitFor()
    await expectFocusOn(page, 'button', 'Add a source')
    expect(await ok('GET', '/sources')).toHaveProperty('sources.length', 2)
  })

  it('are authorized on the page that a link opens', async () => {
    const upstream = await startOAuthUpstream()
    const { facet } = await facetWithOAuth({}, [upstream])
    const page = await browser.open(`${facet.url}/admin/sources`)
    await press(page, 'button', 'Add your first source')
    await write(page, 'textbox', 'Id', 'up')
    await write(page, 'textbox', 'Address', upstream.url)
    await press(page, 'checkbox', /^It wants somebody/, { key: 'Space' })
    await press(page, 'button', 'Add')
    const card = page.getByRole('region', { name: 'Source up' })
    await card.getByRole('link', { name: 'Authorize' }).waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const opened = page.context().waitForEvent('page')
    await press(page, 'link', 'Authorize')
    const popup = await opened
    await popup.getByText('The source up is signed in').waitFor()
    await popup.close()
    await card.getByText('1 tool').waitFor()
    await card.getByRole('link', { name: 'Authorize' }).waitFor({ state: 'detached' })
    await expectFocusKept(page)
  })
})

describe('events by keys alone', SLOW, () => {
  it('are narrowed and widened, and earlier ones shown; usage is looked back at', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const made = PAGE + 5
    for (let i = 0; i < made; i++) await ok('POST', '/users', { id: `u${i}`, name: 'U' })
    const page = await browser.open(`${url}/admin/events?action=manage`)
    const rows = page.getByRole('row')
    const earlier = page.getByRole('button', { name: 'Show earlier ones' })
    await earlier.waitFor()
    expect(await rows.count()).toBe(1 + PAGE)
    await press(page, 'button', 'Show earlier ones')
    await earlier.waitFor({ state: 'detached' })
    await expect.poll(() => rows.count(), PATIENT).toBe(1 + made)
    await expectFocusKept(page)
    await page.goto(`${url}/admin/events`)
    await rows.getByText('manage').first().waitFor()
    await choose(page, 'How it ended', 'denied')
    await page.getByText('No event fits.').waitFor()
    await choose(page, 'How it ended', 'denied')
    await rows.getByText('manage').first().waitFor()
    await choose(page, 'What was done', 'manage')
    await write(page, 'textbox', 'Caller', 'nobody')
    await page.getByText('No event fits.').waitFor()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.press('Backspace')
    await rows.getByText('manage').first().waitFor()
    expect(await rows.count()).toBeGreaterThan(3)
    await tabTo(page, 'tab', 'Log', { back: true })
    await page.keyboard.press('ArrowRight')
    await pick(page, 'How far back', 'Last week')
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await expectFocusOn(page, 'heading', 'Overview')
  })
})
