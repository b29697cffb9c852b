import { describe, expect, it } from 'vitest'
import { withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()
const SLOW = { timeout: 90_000 }
const handler = { type: 'http', url: 'https://api.example.com/x' }
const rules = [{ type: 'tool', filter: 'true' }]

describe('a long list', SLOW, () => {
  it('of versions goes on to the first one', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', rules })
    for (let n = 2; n <= 52; n++) await ok('PATCH', '/dynamic/money', { name: `Money ${n}` })
    const page = await browser.open(`${url}/admin/servers/money/history`)
    await page.getByText('Version 3', { exact: true }).waitFor()
    expect(await page.getByText('Version 1', { exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Show earlier ones' }).click()
    await page.getByText('Version 1', { exact: true }).waitFor()
  })

  it('of entries that wait for review goes on to the last one', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', rules, admission: 'review' })
    for (let n = 1; n <= 101; n++) await ok('POST', '/tools', { name: `tool_${n}`, handler })
    const page = await browser.open(`${url}/admin/servers/money/review`)
    const approve = page.getByRole('button', { name: /^Approve / })
    await approve.first().waitFor()
    expect(await approve.count()).toBe(100)
    await page.getByRole('button', { name: 'Show more' }).click()
    await approve.nth(100).waitFor()
  })
})

describe('an explanation', SLOW, () => {
  it('is about nobody else while it is not said who asks', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/tools', { name: 'pay', handler })
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', rules })
    const page = await browser.open(`${url}/admin/explain?server=money&name=pay`)
    await page.getByRole('status').getByText('In', { exact: true }).waitFor()
    await page.getByText('A user', { exact: true }).click()
    await page.getByText('Choose who asks').waitFor()
    expect(await page.getByText('In', { exact: true }).count()).toBe(0)
  })
})

describe('the fields that narrow events', SLOW, () => {
  it('say what the address says, also after going back', async () => {
    const { url } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin/events/log?caller=ada`)
    const caller = page.getByRole('textbox', { name: 'Caller' })
    await caller.waitFor()
    await page.evaluate(`history.pushState(null, '', '/admin/events/log?caller=bob')`)
    await expect.poll(() => caller.inputValue()).toBe('bob')
    await page.goBack()
    await expect.poll(() => caller.inputValue()).toBe('ada')
  })
})
