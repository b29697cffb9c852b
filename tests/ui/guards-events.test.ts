import { describe, expect, it } from 'vitest'
import { expectAccessible, picture, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'
import { connectClient } from '../support/mcp.ts'

const browser = withBrowser()
const SLOW = { timeout: 90_000 }
const handler = { type: 'http', url: 'https://api.example.com/x' }

describe('guards', SLOW, () => {
  it('are made for arguments and for rates, turned off and deleted', async () => {
    const { url, ok, api } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin/access/guards`)
    await page.getByText('There is no guard yet').waitFor()
    await page.getByRole('button', { name: 'New guard' }).click()
    const drawer = page.getByRole('dialog', { name: 'New guard' })
    await drawer.getByRole('textbox', { name: 'Id' }).fill('no-deleting')
    await drawer.getByRole('button', { name: 'Refuse a pattern' }).click()
    await drawer.getByRole('textbox', { name: 'Pattern 1' }).fill('rm\\s+-rf')
    await drawer.getByRole('textbox', { name: 'Most characters' }).fill('1000')
    await drawer.getByRole('textbox', { name: 'What', exact: true }).fill("'shell' in tgs")
    await drawer.getByRole('button', { name: 'Make the guard' }).click()
    await drawer.getByRole('alert').getByText('tgs').waitFor()
    await expectAccessible(page)
    await drawer.getByRole('textbox', { name: 'What', exact: true }).fill("'shell' in tags")
    await drawer.getByRole('button', { name: 'Make the guard' }).click()
    await page.getByText('at most 1000 characters, 1 patterns').waitFor()
    expect(await ok('GET', '/guards/no-deleting')).toMatchObject({
      kind: 'arguments',
      max_chars: 1000,
      deny: [{ pattern: 'rm\\s+-rf' }],
    })
    await page.getByRole('button', { name: 'New guard' }).click()
    await drawer.getByRole('textbox', { name: 'Id' }).fill('slow')
    await drawer.getByRole('combobox', { name: 'It' }).click()
    await page.getByRole('option', { name: 'counts the calls' }).click()
    await drawer.getByRole('textbox', { name: 'How many', exact: true }).fill('5')
    await drawer.getByRole('button', { name: 'Make the guard' }).click()
    await page.getByText('5 calls in 60 s, per caller').waitFor()
    await expectAccessible(page)
    await picture(page, 'guards')
    await page.getByRole('button', { name: 'slow' }).click()
    const edit = page.getByRole('dialog', { name: 'Guard slow' })
    await edit.getByRole('switch', { name: /^Off/ }).check()
    await edit.getByRole('button', { name: 'Save' }).click()
    await page.getByText('off', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'slow' }).click()
    await edit.getByRole('button', { name: 'Delete the guard slow' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'slow', exact: true }).waitFor({ state: 'detached' })
    expect((await api('GET', '/guards/slow')).status).toBe(404)
  })
})

describe('events', SLOW, () => {
  it('appear as they happen, are narrowed, and add up', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin/events`)
    await page.getByText('Nothing was recorded yet').waitFor()
    await expectAccessible(page)
    await ok('POST', '/tools', { name: 'list_invoices', handler })
    await ok('POST', '/guards', { kind: 'arguments', what: 'true', max_chars: 2 })
    const rules = [{ type: 'tool', filter: 'true' }]
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', rules })
    const client = await connectClient(`${url}/dynamic/money/mcp`)
    await client.callTool({ name: 'list_invoices', arguments: { long: 'too long' } })
    const call = page.getByRole('row', { name: /call list_invoices/ })
    await call.getByText('denied').waitFor()
    await ok('POST', '/users', { id: 'ada', name: 'Ada' })
    await ok('PATCH', '/users/ada', { name: 'Ada Lovelace' })
    await page.getByRole('row', { name: 'manage PATCH /users/ada' }).waitFor()
    await page.getByRole('row', { name: 'manage POST /users made ada' }).waitFor()
    await page
      .getByRole('row', { name: /manage/ })
      .first()
      .waitFor()
    await page.getByRole('combobox', { name: 'How it ended' }).click()
    await page.getByRole('option', { name: 'denied' }).click()
    await page
      .getByRole('row', { name: /manage/ })
      .first()
      .waitFor({ state: 'detached' })
    await call.getByText('guard_rejected').waitFor()
    await expectAccessible(page)
    await picture(page, 'events')
    await page.getByRole('textbox', { name: 'Entry, by name or id' }).fill('other')
    await page.getByText('No event fits.').waitFor()
    await page.getByRole('tab', { name: 'Usage' }).click()
    await page.getByRole('row', { name: /money/ }).first().waitFor()
    await expectAccessible(page)
    expect(page.url()).toContain('/events/usage')
  })
})
