import { describe, it } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'
import { startSdkUpstream } from '../support/sdk-upstream.ts'

const browser = withBrowser()

describe('the playground', { timeout: 90_000 }, () => {
  it('lists and calls tools as whoever signed in, and follows the list', async () => {
    const upstream = await startSdkUpstream('modern')
    upstream.tools.push({
      name: 'add',
      inputSchema: {
        type: 'object',
        properties: { a: { type: 'number' }, note: { type: 'string' } },
        required: ['a'],
      },
    })
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { key } = await userWithKey(facet, 'ada', ['admin'])
    await facet.ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await facet.ok('POST', '/sources/up/sync', {})
    const rules = [{ type: 'tool', filter: 'true', include_federated: true }]
    await facet.ok('POST', '/dynamic', { id: 'mine', name: 'Mine', access: 'open', rules })
    const page = await browser.open(`${facet.url}/admin/servers/mine/playground`)
    await page.getByLabel('API key or admin token').fill(key)
    await page.keyboard.press('Enter')
    const tools = page.getByRole('navigation', { name: 'Tools' })
    await tools.getByRole('button', { name: 'add' }).click()
    await page.getByRole('textbox', { name: 'a', exact: true }).fill('4')
    await page.getByRole('textbox', { name: 'note' }).fill('four')
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await page.getByText('add got {\\"a\\":4,\\"note\\":\\"four\\"}').first().waitFor()
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText(/tools\/call/)
      .first()
      .waitFor()
    await expectAccessible(page)
    await facet.ok('POST', '/tools', {
      name: 'later',
      handler: { type: 'http', url: 'https://api.example.com/' },
    })
    await tools.getByRole('button', { name: 'later' }).waitFor()
  })
})
