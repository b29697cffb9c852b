import { describe, expect, it } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { expectAccessible, picture, withBrowser } from '../support/browser.ts'
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

  it('gets prompts and reads resources, those of templates too, and follows their lists', async () => {
    const upstream = await startSdkUpstream('modern')
    upstream.prompts.push({
      name: 'review',
      description: 'Looks a text over.',
      arguments: [{ name: 'language', required: true }],
    })
    upstream.resources.push({ uri: 'up://readme', name: 'readme' })
    upstream.resourceTemplates.push({ uriTemplate: 'up://pages/{page}', name: 'pages' })
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await ok('POST', '/sources/up/sync', {})
    const rules = ['prompt', 'resource', 'resource_template'].map((type) => ({
      type,
      filter: 'true',
      include_federated: true,
    }))
    await ok('POST', '/dynamic', { id: 'mine', name: 'Mine', rules })
    const page = await browser.open(`${url}/admin/servers/mine/playground`)
    const resources = page.getByRole('navigation', { name: 'Resources' })
    const result = page.getByRole('region', { name: 'Result' })

    await page.getByRole('navigation', { name: 'Prompts' }).getByRole('button').click()
    await page.getByText('Looks a text over.', { exact: true }).waitFor()
    await page.getByRole('textbox', { name: 'language' }).fill('French')
    await page.getByRole('button', { name: 'Get', exact: true }).click()
    await result.getByText('review with {\\"language\\":\\"French\\"}').waitFor()

    await resources.getByRole('button', { name: 'readme' }).click()
    await result.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Read', exact: true }).click()
    await result.getByText('contents of up://readme').waitFor()

    await resources.getByRole('button', { name: 'pages up://pages/{page}' }).click()
    await page.getByRole('textbox', { name: 'page', exact: true }).fill('a b')
    await page.getByRole('button', { name: 'Read', exact: true }).click()
    await result.getByText('contents of up://pages/a%20b').waitFor()
    await expectAccessible(page)
    await picture(page, 'playground')
    // A kind of which there is nothing has no list.
    expect(await page.getByRole('navigation', { name: 'Tools' }).count()).toBe(0)

    await ok('POST', '/resources', { uri: 'here://later', name: 'later', text: 'x' })
    await resources.getByRole('button', { name: 'later' }).waitFor()
    upstream.resourceTemplates.push({ uriTemplate: 'up://more/{what}', name: 'more' })
    upstream.announce('resources')
    await resources.getByRole('button', { name: 'more' }).waitFor()
  })
})
