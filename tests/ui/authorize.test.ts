import { describe, expect, it } from 'vitest'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { facetWithOAuth } from '../support/oauth-facet.ts'
import { startOAuthUpstream } from '../support/oauth-upstream.ts'

const browser = withBrowser()

describe('a source that waits for somebody to sign in', { timeout: 90_000 }, () => {
  it('is added with a tick, has a link to sign in, and is up when that is done', async () => {
    const upstream = await startOAuthUpstream()
    const { facet } = await facetWithOAuth({}, [upstream])
    const page = await browser.open(`${facet.url}/admin/sources`)
    await page.getByRole('button', { name: 'Add your first source' }).click()
    await page.getByRole('textbox', { name: 'Id' }).fill('up')
    await page.getByRole('textbox', { name: 'Address' }).fill(upstream.url)
    await page.getByRole('checkbox', { name: /OAuth/ }).check()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const card = page.getByRole('region', { name: 'Source up' })
    await card.getByText('authorization required').waitFor()
    const link = card.getByRole('link', { name: 'Authorize' })
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    await expectAccessible(page)
    const popup = page.context().waitForEvent('page')
    await link.click()
    await (await popup).getByText('The source up is signed in').waitFor()
    await card.getByText('1 tool').waitFor()
    await link.waitFor({ state: 'detached' })
  })
})
