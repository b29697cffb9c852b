import { describe, expect, it } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'
import { cutOff, holdAnswer } from '../support/held-request.ts'

const browser = withBrowser()
const SLOW = { timeout: 90_000 }
const handler = { type: 'http', url: 'https://api.example.com/x' }
const rules = [{ type: 'tool', filter: "'finance' in tags" }]

async function served() {
  const facet = await startFacet({ listen: true })
  const made = await Promise.all(
    ['pay', 'search'].map((name) =>
      facet.ok<{ id: string }>('POST', '/tools', { name, tags: ['finance'], handler }),
    ),
  )
  await facet.ok('POST', '/dynamic', { id: 'finance', name: 'Finance', rules })
  return { ...facet, ids: made.map(({ id }) => id) }
}

describe('the impact that is shown', SLOW, () => {
  it('of tags on many entries is of those that are selected now', async () => {
    const { url } = await served()
    const page = await browser.open(`${url}/admin/catalog`)
    await page.getByRole('checkbox', { name: 'Select pay' }).check()
    await page.getByLabel('Remove tags').first().fill('finance')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1 }).click()
    await page.getByRole('button', { name: 'Show the impact' }).click()
    await page.getByText('loses 1').waitFor()
    await page.getByRole('checkbox', { name: 'Select search' }).check()
    await page.getByText('loses 1').waitFor({ state: 'detached' })
    const save = page.getByRole('button', { name: 'Save', exact: true })
    expect(await save.isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Show the impact' }).click()
    await page.getByText('loses 2').waitFor()
    expect(await save.isEnabled()).toBe(true)
  })

  it('of one entry has to be of what would be saved', async () => {
    const { url, ids } = await served()
    const page = await browser.open(`${url}/admin/catalog?entry=${ids[0]}`)
    const drawer = page.getByRole('dialog')
    const save = drawer.getByRole('button', { name: 'Save', exact: true })
    await drawer.getByLabel('Deprecated').check()
    await drawer.getByRole('region', { name: 'Impact' }).waitFor()
    expect(await save.isEnabled()).toBe(true)
    const second = await holdAnswer(page, 'PATCH', `/tools/${ids[0]}`)
    await drawer.getByLabel('Enabled').uncheck()
    await second.asked
    expect(await save.isDisabled()).toBe(true)
    second.release()
    await drawer.getByText('loses 1').first().waitFor()
    expect(await save.isEnabled()).toBe(true)
  })
})

describe('a failure', SLOW, () => {
  it('of one server is told where it is asked which servers show an entry', async () => {
    const { url, ok, ids } = await served()
    await ok('POST', '/dynamic', { id: 'risk', name: 'Risk', rules })
    const page = await browser.open(`${url}/admin/catalog?entry=${ids[0]}`)
    await page.route('**/dynamic/risk/explain**', (route) => route.fulfill({ status: 500 }))
    await page.getByRole('button', { name: 'Look at every server' }).click()
    await page.getByText('risk: The service answered with status 500.').waitFor()
    await page.getByText('finance: ').waitFor()
  })

  it('to sign out is told: the session goes on', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { key } = await userWithKey(facet, 'boss', ['admin'])
    const page = await browser.open(`${facet.url}/admin`)
    await page.getByLabel('API key or admin token').fill(key)
    await page.keyboard.press('Enter')
    await page.getByText('Healthy').waitFor()
    const mend = await cutOff(page, '/session')
    await page.getByRole('button', { name: 'Sign out' }).click()
    const told = page.getByRole('dialog', { name: 'You are still signed in' })
    await told.getByText('The service does not answer').waitFor()
    await mend()
    await told.getByRole('button', { name: 'Try again' }).click()
    await page.getByLabel('API key or admin token').waitFor()
  })

  it('is gone from the page when the service is back', async () => {
    const { url } = await served()
    const page = await browser.open(`${url}/admin`)
    await page.getByText('Healthy').waitFor()
    const mend = await Promise.all(['/stats', '/dynamic'].map((path) => cutOff(page, path)))
    await page.getByText('Not reachable').waitFor()
    await page.getByRole('link', { name: 'Servers', exact: true }).click()
    await page.getByText('The service does not answer').waitFor()
    await Promise.all(mend.map((each) => each()))
    await page.getByRole('link', { name: 'Finance' }).waitFor()
    await page.getByText('The service does not answer').waitFor({ state: 'detached' })
  })
})

describe('a service that was started again', SLOW, () => {
  it('is read anew, though it has as many changes behind it as before', async () => {
    const { url, ok } = await served()
    const page = await browser.open(`${url}/admin/servers`)
    await page.getByRole('link', { name: 'Finance' }).waitFor()
    let revisions: unknown
    let started: string | undefined
    await page.route('**/stats', async (route) => {
      const response = await route.fetch()
      const stats = (await response.json()) as { revisions: unknown; started_at: string }
      revisions ??= stats.revisions
      const json = { ...stats, revisions, started_at: started ?? stats.started_at }
      await route.fulfill({ response, json })
    })
    await page.waitForResponse('**/stats')
    await ok('POST', '/dynamic', { id: 'risk', name: 'Risk', rules })
    await page.waitForResponse('**/stats')
    expect(await page.getByRole('link', { name: 'Risk' }).count()).toBe(0)
    started = new Date(0).toISOString()
    await page.getByRole('link', { name: 'Risk' }).waitFor()
  })
})
