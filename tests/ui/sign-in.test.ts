import { describe, expect, it } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()

describe('signing in to the admin UI', { timeout: 90_000 }, () => {
  it('is asked for, leads to the page that was wanted, and ends with signing out', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { key } = await userWithKey(facet, 'ada', ['editor'])
    const page = await browser.open(`${facet.url}/admin/servers`)
    await page.getByRole('heading', { name: 'Sign in to Facet' }).waitFor()
    await expectAccessible(page)
    const field = page.getByLabel('API key or admin token')
    await field.fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('The credential is not valid.').waitFor()
    await field.fill(key)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor()
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
    expect(await page.evaluate('document.cookie')).toBe('')
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')
    expect(kept).not.toContain(key)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to Facet' }).waitFor()
    expect(await page.context().cookies()).toEqual([])
  })

  it('is asked for again when the key is revoked, and what was written is still there', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { id, key } = await userWithKey(facet, 'ada', ['editor'])
    const other = await userWithKey(facet, 'bo', ['editor'])
    const page = await browser.open(`${facet.url}/admin/servers/new`)
    const signIn = async (credential: string) => {
      await page.getByLabel('API key or admin token').fill(credential)
      await page.keyboard.press('Enter')
    }
    await signIn(key)
    await page.getByRole('textbox', { name: 'Name' }).fill('Half done')
    await facet.ok('DELETE', `/keys/${id}`)
    await page.getByRole('heading', { name: 'Sign in to Facet' }).waitFor()
    await signIn(other.key)
    await page.getByRole('heading', { level: 1, name: 'New server' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Half done')
  })
})

describe('a session that ends', { timeout: 90_000 }, () => {
  it('leaves what is open and written behind the page to sign in', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { id, key } = await userWithKey(facet, 'boss', ['admin'])
    const other = await facet.ok<{ key: string }>('POST', '/users/boss/keys', {})
    await facet.ok('POST', '/policies', { id: 'all', effect: 'allow', who: 'true', what: 'true' })
    const page = await browser.open(`${facet.url}/admin/access/policies?policy=all`)
    const credential = page.getByLabel('API key or admin token')
    await credential.fill(key)
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog', { name: 'Policy all' })
    await drawer.getByRole('textbox', { name: 'Description' }).fill('Half done')
    await facet.ok('DELETE', `/keys/${id}`)
    await credential.waitFor()
    await drawer.waitFor({ state: 'hidden' })
    await expectAccessible(page)
    await credential.click()
    await page.keyboard.insertText(other.key)
    // Over the button that shows what is typed.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Sign in')
    await page.keyboard.press('Enter')
    await drawer.waitFor()
    const written = await drawer.getByRole('textbox', { name: 'Description' }).inputValue()
    expect(written).toBe('Half done')
  })
})
