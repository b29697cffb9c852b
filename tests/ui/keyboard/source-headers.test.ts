import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { behindHeaders } from '../../support/behind-header.ts'
import { expectAccessible, withBrowser } from '../../support/browser.ts'
import { startFacet } from '../../support/facet.ts'
import { fakeTool } from '../../support/fake-upstream.ts'
import { expectAllReachable, expectFocusKept, press, write } from '../../support/keyboard.ts'
import { startSdkUpstream } from '../../support/sdk-upstream.ts'
import { inState } from '../../support/wait.ts'

const browser = withBrowser()
const SLOW = { timeout: 120_000 }
interface Source {
  readonly transport: { readonly headers: Readonly<Record<string, string>> }
}

const SECRET = 'secret-of-the-upstream'

/** An upstream behind two headers, and a Facet that has a secret for one of them. */
async function guarded() {
  const upstream = await startSdkUpstream('modern')
  upstream.tools.push(fakeTool('remote'))
  const wanted = { authorization: `Bearer ${SECRET}`, 'x-team': 'risk desk' }
  const address = await behindHeaders(upstream.url, wanted)
  const facet = await startFacet({
    listen: true,
    environment: { UP: SECRET },
    settings: { secrets: { UP_TOKEN: { env: 'UP', hosts: [new URL(address).host] } } },
  })
  return { facet, address }
}

async function begin(page: Page, address: string): Promise<void> {
  await press(page, 'button', 'Add your first source')
  await write(page, 'textbox', 'Id', 'up')
  await write(page, 'textbox', 'Address', address)
}

describe('a source behind headers', SLOW, () => {
  it('is added by keys alone and listed, and nobody is shown the values again', async () => {
    const { facet, address } = await guarded()
    const page = await browser.open(`${facet.url}/admin/sources`)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await begin(page, address)
    await press(page, 'button', 'Add a header')
    await press(page, 'button', 'Add a header')
    await press(page, 'button', 'Add a header')
    await press(page, 'button', 'Remove header 3', { back: true })
    await expectFocusKept(page)
    await write(page, 'field', 'Value 2', 'risk desk', { back: true })
    await write(page, 'textbox', 'Header 2', 'X-Team', { back: true })
    await write(page, 'field', 'Value 1', 'Bearer ${UP_TOKEN}', { back: true })
    await write(page, 'textbox', 'Header 1', 'Authorization', { back: true })
    const value = page.getByLabel('Value 1')
    expect(await value.getAttribute('type')).toBe('password')
    await press(page, 'button', 'Show or hide header 1')
    expect(await value.getAttribute('type')).toBe('text')
    await page.keyboard.press('Enter')
    await expectAllReachable(page)
    await expectAccessible(page)
    await press(page, 'button', 'Add')
    const card = page.getByRole('region', { name: 'Source up' })
    await card.getByText('1 tool').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await press(page, 'button', 'Sync now: up')
    await card.getByText('0 added, 0 changed').waitFor()
    expect(await page.content()).not.toContain('UP_TOKEN')
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.filter((url) => /UP_TOKEN|risk/.test(url))).toEqual([])
    await press(page, 'button', 'Change up')
    await page.getByRole('dialog', { name: 'Change up' }).waitFor()
    expect(await page.content()).not.toContain('UP_TOKEN')
    expect(JSON.stringify(await facet.ok('GET', '/sources'))).not.toContain(SECRET)
  })

  it('is not added with a secret written out, or the same header twice', async () => {
    const { facet, address } = await guarded()
    const page = await browser.open(`${facet.url}/admin/sources`)
    await begin(page, address)
    const add = page.getByRole('button', { name: 'Add', exact: true })
    await press(page, 'button', 'Add a header')
    await write(page, 'field', 'Value 1', `Bearer ${SECRET}`, { back: true })
    await page.getByText('Which header is it?').waitFor()
    expect(await add.isDisabled()).toBe(true)
    await write(page, 'textbox', 'Header 1', 'Authorization', { back: true })
    await press(page, 'button', 'Add a header')
    await write(page, 'textbox', 'Header 2', 'authorization', { back: true })
    await page.getByText('This header is there already.').waitFor()
    expect(await add.isDisabled()).toBe(true)
    await press(page, 'button', 'Remove header 2')
    await press(page, 'button', 'Add')
    const value = page.getByLabel('Value 1')
    await page.getByRole('alert').getByText('Code: literal_secret').waitFor()
    await expect.poll(() => value.getAttribute('aria-invalid')).toBe('true')
    await expectAccessible(page)
    expect(await page.getByRole('dialog').innerText()).not.toContain(SECRET)
    expect(await facet.ok('GET', '/sources')).toEqual({ sources: [] })
    await write(page, 'field', 'Value 1', 'Bearer ${UP_TOKEN}', { back: true })
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await value.getAttribute('aria-invalid')).not.toBe('true')
    await press(page, 'button', 'Add')
    await page.getByRole('region', { name: 'Source up' }).waitFor()
    expect(await facet.ok('GET', '/sources/up')).toMatchObject({
      transport: { headers: { Authorization: 'Bearer ${UP_TOKEN}' } },
    })
  })

  it('has one value replaced and one header taken away, and keeps the rest', async () => {
    const { facet, address } = await guarded()
    const headers = { Authorization: 'Bearer ${UP_TOKEN}', 'X-Team': 'wrong', 'X-Old': 'yes' }
    await facet.ok('POST', '/sources', {
      id: 'up',
      transport: { type: 'http', url: address, headers },
    })
    await inState(facet, 'up', 'down')
    const page = await browser.open(`${facet.url}/admin/sources`)
    await press(page, 'button', 'Change up')
    const dialog = page.getByRole('dialog', { name: 'Change up' })
    expect(await dialog.getByRole('textbox', { name: 'Header 3' }).inputValue()).toBe('X-Old')
    expect(await dialog.getByLabel('Value 1').inputValue()).toBe('')
    await write(page, 'field', 'Value 2', 'risk desk')
    await press(page, 'button', 'Remove header 3')
    await expectFocusKept(page)
    await expectAccessible(page)
    await press(page, 'button', 'Save')
    await page
      .getByRole('region', { name: 'Source up' })
      .getByText(/^1 tool listed/)
      .waitFor()
    expect((await facet.ok<Source>('GET', '/sources/up')).transport.headers).toEqual({
      Authorization: 'Bearer ${UP_TOKEN}',
      'X-Team': 'risk desk',
    })
  })
})
