import { describe, expect, it } from 'vitest'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { facetWithOAuth, sourceWith } from '../support/oauth-facet.ts'
import { startOAuthUpstream } from '../support/oauth-upstream.ts'
import { inState } from '../support/wait.ts'

const browser = withBrowser()

describe('a source that waits for somebody to sign in', { timeout: 90_000 }, () => {
  it('has a link to do so, and is up when that is done', async () => {
    const upstream = await startOAuthUpstream()
    const { facet } = await facetWithOAuth({}, [upstream])
    await facet.ok('POST', '/sources', sourceWith(upstream))
    await inState(facet, 'up', 'authorization_required')
    const page = await browser.open(`${facet.url}/admin/sources`)
    const card = page.getByRole('region', { name: 'Source up' })
    await card.getByText('authorization required').waitFor()
    const link = card.getByRole('link', { name: 'Authorize' })
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    await expectAccessible(page)
    const popup = page.context().waitForEvent('page')
    await link.click()
    await (await popup).getByText('The source up is signed in').waitFor()
    await card.getByText('1 tools').waitFor()
    await link.waitFor({ state: 'detached' })
  })
})
