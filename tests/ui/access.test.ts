import { describe, expect, it } from 'vitest'
import { bearer, serverWithTool, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'

const browser = withBrowser()
const SLOW = { timeout: 90_000 }

/** The page at an address, signed in as an administrator. */
async function signedIn(facet: TestFacet, path: string) {
  const { key } = await userWithKey(facet, 'boss', ['admin'])
  const page = await browser.open(`${facet.url}/admin${path}`)
  await page.getByLabel('API key or admin token').fill(key)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

describe('access, before there is any credential', SLOW, () => {
  it('says so, gives the first key to an administrator only, and signs in with it', async () => {
    const { url, ok, api } = await startFacet({ listen: true })
    await ok('POST', '/users', { id: 'guest', name: 'Guest', roles: ['client'] })
    const page = await browser.open(`${url}/admin/access`)
    await page.getByText('Nobody needs a credential yet').waitFor()
    await page.getByRole('button', { name: 'guest' }).click()
    const drawer = page.getByRole('dialog', { name: 'User' })
    await drawer.getByText('it has to be an administrator’s').waitFor()
    expect(await drawer.getByRole('button', { name: 'New key' }).isDisabled()).toBe(true)
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'New user' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Ada')
    await page.getByRole('combobox', { name: 'Roles' }).fill('admin')
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Id' }).click()
    await page.getByRole('option').first().waitFor({ state: 'hidden' })
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Make the user' }).click()
    await drawer.getByRole('heading', { name: 'ada' }).waitFor()
    await drawer.getByRole('button', { name: 'New key' }).click()
    await drawer.getByRole('button', { name: 'Make the key' }).click()
    const shown = page.getByRole('dialog', { name: 'Copy the key now' })
    const key = (await shown.getByRole('region', { name: 'key' }).textContent())!
    expect((await api('GET', '/users')).status).toBe(401)
    expect((await api('GET', '/users', undefined, bearer(key))).status).toBe(200)
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await shown.getByRole('button', { name: 'I have it' }).click()
    await shown.waitFor({ state: 'hidden' })
    await page.getByText('Nobody needs a credential yet').waitFor({ state: 'detached' })
    await drawer.getByText('last used').waitFor()
    expect(await page.content()).not.toContain(key)
  })
})

describe('users and keys', SLOW, () => {
  it('are changed, given a limited key that is shown once, and shut out at once', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    await serverWithTool(facet, 'risk')
    const { key: old } = await userWithKey(facet, 'ada', ['client'], { name: 'Old laptop' })
    const page = await signedIn(facet, '/access?user=ada')
    const drawer = page.getByRole('dialog', { name: 'User' })
    await drawer.getByText('Old laptop').waitFor()
    await drawer.getByRole('button', { name: 'New key' }).click()
    await drawer.getByRole('textbox', { name: 'What it is for' }).fill('Agent')
    await drawer.getByRole('combobox', { name: 'Only for these servers' }).fill('risk')
    await page.getByRole('option', { name: 'risk' }).click()
    await page.keyboard.press('Escape')
    await drawer.getByRole('button', { name: 'Make the key' }).click()
    const shown = page.getByRole('dialog', { name: 'Copy the key now' })
    const key = (await shown.getByRole('region', { name: 'key' }).textContent())!
    await shown.getByRole('button', { name: 'I have it' }).click()
    const mine = bearer(key)
    expect((await facet.api('GET', '/me', undefined, mine)).body.servers).toEqual(['risk'])
    await drawer.getByText('only for risk').waitFor()
    await drawer.getByText(/ends \d/).waitFor()
    await expectAccessible(page)
    await drawer
      .getByRole('button', { name: /^Revoke/ })
      .first()
      .click()
    const ask = page.getByRole('dialog', { name: /^Revoke the key/ })
    await ask.getByText('Whoever uses Old laptop is shut out at once').waitFor()
    await expectAccessible(page)
    await ask.getByRole('button', { name: 'Revoke' }).click()
    await drawer.getByText('Old laptop').waitFor({ state: 'detached' })
    expect((await facet.api('GET', '/me', undefined, bearer(old))).status).toBe(401)
    await drawer.getByRole('switch', { name: /^Disabled/ }).check()
    await drawer.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('disabled', { exact: true }).waitFor()
    expect((await facet.api('GET', '/me', undefined, mine)).status).toBe(401)
    await drawer.getByRole('button', { name: 'Delete the user ada' }).click()
    await page
      .getByRole('dialog', { name: 'Delete the user ada' })
      .getByRole('button', { name: 'Delete', exact: true })
      .click()
    await page.getByRole('button', { name: 'ada', exact: true }).waitFor({ state: 'detached' })
    expect((await facet.api('GET', '/users/ada')).status).toBe(404)
  })

  it('are not shown to whoever is no administrator', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { key } = await userWithKey(facet, 'eve', ['viewer'])
    const page = await browser.open(`${facet.url}/admin/access`)
    await page.getByLabel('API key or admin token').fill(key)
    await page.keyboard.press('Enter')
    await page.getByText('are for administrators').waitFor()
    await expectAccessible(page)
  })
})
