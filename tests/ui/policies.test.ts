import { describe, expect, it } from 'vitest'
import { serverWithTool, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()
const SLOW = { timeout: 90_000 }

describe('policies', SLOW, () => {
  it('are written with mistakes marked, tested as somebody, and let them in', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const handler = { type: 'http', url: 'https://api.example.com/x' }
    await ok('POST', '/tools', { name: 'list_invoices', tags: ['finance'], handler })
    await ok('POST', '/tools', { name: 'pay_invoice', tags: ['finance', 'write'], handler })
    const rules = [{ type: 'tool', filter: "'finance' in tags" }]
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', access: 'policy', rules })
    await ok('POST', '/users', { id: 'ada', name: 'Ada', groups: ['risk'] })
    const page = await browser.open(`${url}/admin/access/policies`)
    await page.getByText('There is no policy yet').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'New policy' }).click()
    const drawer = page.getByRole('dialog', { name: 'New policy' })
    await drawer.getByRole('textbox', { name: 'Id' }).fill('risk-reads')
    await drawer.getByRole('textbox', { name: 'Who' }).fill("'risk' in caller.groups")
    await drawer.getByRole('textbox', { name: 'What' }).fill("!('write' in tgs)")
    await drawer.getByRole('button', { name: 'Make the policy' }).click()
    await drawer.getByRole('alert').getByText('tgs').waitFor()
    expect(await drawer.locator('.cm-lintRange-error').textContent()).toBe('t')
    await expectAccessible(page)
    await drawer.getByRole('textbox', { name: 'What' }).fill("!('write' in tags)")
    await drawer.getByRole('button', { name: 'Make the policy' }).click()
    await page.getByRole('button', { name: 'risk-reads' }).waitFor()
    await expectAccessible(page)
    await page.getByRole('tab', { name: 'Test as' }).click()
    await page.getByRole('combobox', { name: 'Server' }).click()
    await page.getByRole('option', { name: 'money' }).click()
    await page.getByRole('combobox', { name: 'User' }).click()
    await page.getByRole('option', { name: 'ada' }).click()
    const decision = (name: string) => page.getByRole('region', { name: `Decision: ${name}` })
    await decision('list_invoices').getByText('may use').waitFor()
    await decision('pay_invoice').getByText('may not', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Why: pay_invoice' }).click()
    await decision('pay_invoice').getByText('allow does not apply').waitFor()
    await decision('pay_invoice').getByText("'write' in tags").first().waitFor()
    await expectAccessible(page)
    await page.getByText('Made up').click()
    await page.getByRole('combobox', { name: 'Groups' }).fill('sales')
    await page.keyboard.press('Enter')
    await decision('list_invoices').getByText('may not', { exact: true }).waitFor()
  })

  it('are changed and deleted', async () => {
    const { url, ok, api } = await startFacet({ listen: true })
    await ok('POST', '/policies', { id: 'all', effect: 'allow', who: 'true', what: 'true' })
    const page = await browser.open(`${url}/admin/access/policies?policy=all`)
    const drawer = page.getByRole('dialog', { name: 'Policy all' })
    await drawer.getByRole('textbox', { name: 'Description' }).fill('For now')
    await drawer.getByRole('combobox', { name: 'Effect' }).click()
    await page.getByRole('option', { name: 'deny' }).click()
    await drawer.getByRole('button', { name: 'Save' }).click()
    await page.getByText('For now').waitFor()
    expect(await ok('GET', '/policies/all')).toMatchObject({ effect: 'deny', version: 2 })
    await page.getByRole('button', { name: 'all', exact: true }).click()
    await drawer.getByRole('button', { name: 'Delete the policy all' }).click()
    await page.getByText('Whoever it kept out may come in').waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('There is no policy yet').waitFor()
    expect((await api('GET', '/policies/all')).status).toBe(404)
  })
})

describe('access to a server', SLOW, () => {
  it('is set by its mode, owner, shares and scopes, and counts for callers', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    await serverWithTool(facet, 'risk', { access: 'policy' })
    const { key } = await userWithKey(facet, 'boss', ['admin'])
    const ada = await userWithKey(facet, 'ada', ['client'])
    const seen = () =>
      facet.api('GET', '/dynamic/risk/tools', undefined, { authorization: `Bearer ${ada.key}` })
    expect((await seen()).body.tools).toEqual([])
    const page = await browser.open(`${facet.url}/admin/servers/risk/access`)
    await page.getByLabel('API key or admin token').fill(key)
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: 'Shared with, to see all of it' }).fill('user:ada')
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: 'Owner' }).fill('boss')
    await page.keyboard.press('Escape')
    await page.getByRole('switch', { name: /A key may be in the address/ }).check()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Save' }).isDisabled()
    await expect.poll(async () => (await seen()).body.tools.length).toBe(1)
    expect(await facet.ok('GET', '/dynamic/risk')).toMatchObject({
      owner: 'boss',
      shares: { read: ['user:ada'], write: [] },
      allow_query_key: true,
      access: 'policy',
    })
    await page.getByRole('link', { name: 'See what somebody may use' }).click()
    await page.getByText('Choose who asks').waitFor()
  })
})
