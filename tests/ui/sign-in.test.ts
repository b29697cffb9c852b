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
