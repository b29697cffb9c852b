import { setTimeout as wait } from 'node:timers/promises'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()

/** The pause between the clicks: two before anything is drawn, and a slow hand. */
const PAUSES_MS = [0, 150]

describe.each(PAUSES_MS)('a double click with a pause of %i ms', { timeout: 90_000 }, (pause) => {
  /** The second click goes to the place of the first, whatever is there by then. */
  async function clickTwice(button: Locator): Promise<void> {
    await button.click({ trial: true })
    const { x, y, width, height } = (await button.boundingBox())!
    const { mouse } = button.page()
    await mouse.click(x + width / 2, y + height / 2)
    await wait(pause)
    await mouse.click(x + width / 2, y + height / 2)
  }

  it('makes one server, one user and one key', async () => {
    const { url, api, ok } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin/servers/new`, { reducedMotion: 'no-preference' })
    await page.getByRole('textbox', { name: 'Name' }).fill('Twice')
    await clickTwice(page.getByRole('button', { name: 'Save and activate' }))
    await page.waitForURL(`${url}/admin/servers/twice/connect`)

    await page.getByRole('link', { name: 'Access', exact: true }).click()
    await page.getByRole('button', { name: 'New user' }).click()
    const form = page.getByRole('dialog')
    await form.getByRole('textbox', { name: 'Name' }).fill('Ada')
    await clickTwice(form.getByRole('button', { name: 'Make the user' }))
    await form.getByRole('button', { name: 'Make the user' }).waitFor({ state: 'detached' })
    const { users } = await ok<{ users: object[] }>('GET', '/users')
    expect(users).toMatchObject([{ id: 'ada', roles: ['admin'] }])

    await page.goto(`${url}/admin/access?user=ada`)
    const drawer = page.getByRole('dialog', { name: 'User' })
    await drawer.getByRole('button', { name: 'New key' }).click()
    await clickTwice(drawer.getByRole('button', { name: 'Make the key' }))
    const shown = page.getByRole('dialog', { name: 'Copy the key now' })
    const key = await shown.locator('pre, code').first().textContent()
    const headers = { authorization: `Bearer ${key}` }
    const keys = await api('GET', '/users/ada/keys', undefined, headers)
    expect(keys.body.keys).toHaveLength(1)
    const servers = await api('GET', '/dynamic', undefined, headers)
    expect(servers.body.servers.map(({ id }: { id: string }) => id)).toEqual(['twice'])
  })
})
