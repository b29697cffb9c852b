import { describe, expect, it } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { expectAccessible, picture, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()

async function served() {
  const facet = await startFacet({ listen: true })
  const handler = { type: 'http', url: 'https://api.example.com/x' }
  for (const name of ['list_invoices', 'pay_invoice']) {
    await facet.ok('POST', '/tools', { name, handler })
  }
  const rules = [{ type: 'tool', filter: 'true' }]
  await facet.ok('POST', '/dynamic', { id: 'money', name: 'Money', access: 'policy', rules })
  await facet.ok('POST', '/policies', {
    id: 'risk-reads',
    effect: 'allow',
    who: "'risk' in caller.groups",
    what: "startsWith(name, 'list')",
  })
  await facet.ok('POST', '/users', { id: 'ada', name: 'Ada', groups: ['risk'] })
  return facet
}

describe('through the eyes of a caller', { timeout: 90_000 }, () => {
  it('explain says which stage and policy keep an entry from them', async () => {
    const { url } = await served()
    const page = await browser.open(`${url}/admin/explain?server=money&name=pay_invoice`)
    await page.getByRole('status').getByText('In', { exact: true }).waitFor()
    await page.getByText('A user', { exact: true }).click()
    await page.getByRole('combobox', { name: 'User' }).click()
    await page.getByRole('option', { name: 'ada' }).click()
    const permit = page.getByRole('region', { name: 'permit' })
    await permit.getByText('stopped here').waitFor()
    await permit.getByText('Nearest is risk-reads').waitFor()
    await permit.getByText("'risk' in caller.groups").waitFor()
    await expectAccessible(page)
    await picture(page, 'explain-caller')
  })

  it('explain names the guards that would look at a call of theirs', async () => {
    const { url, ok } = await served()
    const who = "'risk' in caller.groups"
    await ok('POST', '/guards', { id: 'short', kind: 'arguments', what: 'true', who, max_chars: 9 })
    const page = await browser.open(`${url}/admin/explain?server=money&name=list_invoices`)
    const guards = page.getByRole('region', { name: 'guards' })
    await guards.getByText('It stops some callers only.').waitFor()
    await page.getByText('A user', { exact: true }).click()
    await page.getByRole('combobox', { name: 'User' }).click()
    await page.getByRole('option', { name: 'ada' }).click()
    await guards.getByText('the arguments have at most 9 characters').waitFor()
    await guards.getByText('It stops some callers only.').waitFor({ state: 'detached' })
    await expectAccessible(page)
  })

  it('is refused to who may not manage the server, and answered about themselves', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const handler = { type: 'http', url: 'https://api.example.com/x' }
    await facet.ok('POST', '/tools', { name: 'pay_invoice', handler })
    const rules = [{ type: 'tool', filter: 'true' }]
    await facet.ok('POST', '/dynamic', { id: 'money', name: 'Money', access: 'policy', rules })
    await facet.ok('POST', '/policies', {
      id: 'secret-rule',
      effect: 'deny',
      who: 'true',
      what: 'true',
    })
    const { key } = await userWithKey(facet, 'vera', ['viewer'])
    await userWithKey(facet, 'ada', ['client'])
    const page = await browser.open(`${facet.url}/admin/explain?server=money&name=pay_invoice`)
    await page.getByLabel('API key or admin token').fill(key)
    await page.keyboard.press('Enter')
    await page.getByText('A user', { exact: true }).click()
    const user = page.getByRole('textbox', { name: 'User' })
    await user.fill('ada')
    await page.getByText('Only whoever may manage the server').waitFor()
    await expectAccessible(page)
    await user.fill('vera')
    const permit = page.getByRole('region', { name: 'permit' })
    await permit.getByText('it is not among what may be used').waitFor()
    expect(await page.getByText('secret-rule').count()).toBe(0)
  })

  it('a preview shows what they would see of what is being written', async () => {
    const { url } = await served()
    const page = await browser.open(`${url}/admin/servers/money`)
    const preview = page.getByRole('region', { name: 'Preview' })
    await preview.getByText('Tools 2').waitFor()
    await preview.getByText('As anybody sees it').click()
    await preview.getByText('Made up').click()
    await preview.getByRole('combobox', { name: 'Groups' }).fill('risk')
    await page.keyboard.press('Enter')
    await preview.getByText('Tools 1').waitFor()
    await preview.getByText('1 not permitted').waitFor()
    expect(await preview.getByText('pay_invoice').count()).toBe(0)
    await expectAccessible(page)
  })
})
