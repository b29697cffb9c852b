import { describe, expect, it } from 'vitest'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()
const handler = { type: 'http', url: 'https://api.example.com/x' }

describe('two people at once', { timeout: 90_000 }, () => {
  it('an unsaved server stays, and is not saved over what somebody else saved', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const rules = [{ type: 'tool', filter: 'true' }]
    await ok('POST', '/dynamic', { id: 'finance', name: 'Finance', rules })
    const page = await browser.open(`${url}/admin/servers/finance`)
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.waitFor()
    await ok('PATCH', '/dynamic/finance', { name: 'Theirs, unseen' })
    await page.getByRole('heading', { level: 1, name: 'Theirs, unseen' }).waitFor()
    expect(await name.inputValue()).toBe('Theirs, unseen')
    await name.fill('Mine')
    await ok('PATCH', '/dynamic/finance', { name: 'Theirs' })
    await page.getByText('Somebody else saved this meanwhile').waitFor()
    expect(await name.inputValue()).toBe('Mine')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Code: precondition_failed').waitFor()
    expect(await ok('GET', '/dynamic/finance')).toMatchObject({ name: 'Theirs' })
    await page.getByRole('button', { name: 'Drop it and load theirs' }).click()
    await page.getByText('Somebody else saved this meanwhile').waitFor({ state: 'hidden' })
    expect(await name.inputValue()).toBe('Theirs')
  })

  it('an entry is not saved over what somebody else saved', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const { id } = await ok<{ id: string }>('POST', '/tools', { name: 'pay', handler })
    const page = await browser.open(`${url}/admin/catalog?entry=${id}`)
    const drawer = page.getByRole('dialog')
    await drawer.getByLabel('Deprecated').check()
    await ok('PATCH', `/tools/${id}`, { tags: ['theirs'] })
    await drawer.getByText('Somebody else saved this meanwhile').waitFor()
    await drawer.getByRole('button', { name: 'Save', exact: true }).click()
    await drawer.getByText('Code: precondition_failed').waitFor()
    expect(await ok('GET', `/tools/${id}`)).toMatchObject({ tags: ['theirs'], deprecated: false })
  })
})

describe('the filter of the catalog', { timeout: 90_000 }, () => {
  it('finds entries, and says under the field what is wrong with it', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/tools', { name: 'pay', tags: ['finance'], handler })
    await ok('POST', '/tools', { name: 'search', tags: ['legal'], handler })
    const page = await browser.open(`${url}/admin/catalog`)
    const filter = page.getByRole('textbox', { name: 'Filter' })
    await page.getByRole('button', { name: 'pay' }).waitFor()
    await filter.fill("'legal' in tags")
    await page.getByRole('button', { name: 'pay' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'search' }).waitFor()
    await filter.fill("'legal' in tgs")
    await page.getByText(/tgs/).first().waitFor()
    await page.getByText('Nothing is listed until the filter is right.').waitFor()
    expect(await filter.getAttribute('aria-invalid')).toBe('true')
    await expectAccessible(page)
  })
})
