import { describe, expect, it } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { withBrowser } from '../../support/browser.ts'
import { startFacet } from '../../support/facet.ts'
import {
  choose,
  expectFocusKept,
  expectFocusOn,
  PATIENT,
  pick,
  press,
  tabTo,
  write,
} from '../../support/keyboard.ts'
import { startSdkUpstream } from '../../support/sdk-upstream.ts'

const browser = withBrowser()
const SLOW = { timeout: 120_000 }
const handler = { type: 'http', url: 'https://api.example.com/x' }

describe('the tabs of a server by keys alone', SLOW, () => {
  it('compare versions and go back, approve and reject, and copy what clients need', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const rules = [{ type: 'tool', filter: 'true' }]
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', admission: 'review', rules })
    await ok('PATCH', '/dynamic/money', { name: 'Cash' })
    for (const name of ['pay', 'refund']) await ok('POST', '/tools', { name, handler })
    const page = await browser.open(`${url}/admin/servers/money/review`)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await press(page, 'button', 'Approve pay')
    await page.getByRole('button', { name: 'Approve pay' }).waitFor({ state: 'detached' })
    await expectFocusOn(page, 'button', 'Approve refund')
    await press(page, 'button', 'Reject refund')
    await page.getByText('Nothing waits.').waitFor()
    await expectFocusKept(page)
    const { tools } = await ok<{ tools: { name: string }[] }>('GET', '/dynamic/money/tools')
    expect(tools.map(({ name }) => name)).toEqual(['pay'])

    await tabTo(page, 'tab', 'Review', { back: true })
    await page.keyboard.press('ArrowRight')
    await press(page, 'button', 'Compare with the current one')
    await page.getByText('name: "Money" → "Cash"').waitFor()
    await press(page, 'button', 'Go back to it')
    await page.getByRole('heading', { level: 1, name: 'Money' }).waitFor()
    await expectFocusKept(page)

    await tabTo(page, 'tab', 'History', { back: true })
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft')
    await press(page, 'button', 'Copy: address')
    await expectFocusOn(page, 'button', 'Copied: address')
    await page.getByRole('status').getByText('Copied.').waitFor({ state: 'attached' })
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${url}/dynamic/money/mcp`)
    await tabTo(page, 'tab', 'Claude Code')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await tabTo(page, 'link', 'Install in VS Code')
  })

  it('set who may use it', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const rules = [{ type: 'tool', filter: 'true' }]
    await facet.ok('POST', '/dynamic', { id: 'money', name: 'Money', access: 'policy', rules })
    const { key } = await userWithKey(facet, 'boss', ['admin'])
    const page = await browser.open(`${facet.url}/admin/servers/money/access`)
    await expectFocusOn(page, 'field', 'API key or admin token')
    await page.keyboard.type(key)
    await page.keyboard.press('Enter')
    await expectFocusOn(page, 'heading', 'Money')
    await pick(page, 'Who sees its entries', 'Everybody who comes in, unless a policy denies it')
    await tabTo(page, 'combobox', 'Owner')
    await page.keyboard.type('bo')
    await page.getByRole('option', { name: 'boss' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await tabTo(page, 'combobox', 'Roles that see all of it')
    await page.keyboard.type('analyst')
    await page.keyboard.press('Enter')
    await tabTo(page, 'combobox', 'Shared with, to see all of it')
    await page.keyboard.type('group:risk')
    await page.keyboard.press('Enter')
    await press(page, 'switch', /^A key may be in the address/, { key: 'Space' })
    await press(page, 'button', 'Save')
    await page.getByRole('status').getByText('Saved.').waitFor({ state: 'attached' })
    await expectFocusKept(page)
    expect(await facet.ok('GET', '/dynamic/money')).toMatchObject({
      access: 'open',
      owner: 'boss',
      roles: ['analyst'],
      shares: { read: ['group:risk'] },
      allow_query_key: true,
    })
    await press(page, 'link', 'See what somebody may use of this server')
    await expectFocusOn(page, 'heading', 'Access')
  })

  it('call a tool in the playground and read what was said', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const upstream = await startSdkUpstream('modern')
    upstream.tools.push({
      name: 'add',
      inputSchema: {
        type: 'object',
        properties: { a: { type: 'number' }, sure: { type: 'boolean' } },
        required: ['a'],
      },
    })
    await ok('POST', '/sources', { id: 'up', transport: { type: 'http', url: upstream.url } })
    await ok('POST', '/sources/up/sync', {})
    const rules = [{ type: 'tool', filter: 'true', include_federated: true }]
    await ok('POST', '/dynamic', { id: 'mine', name: 'Mine', access: 'open', rules })
    const page = await browser.open(`${url}/admin/servers/mine/playground`)
    await page.getByRole('navigation', { name: 'Tools' }).getByRole('button').waitFor()
    await press(page, 'button', 'add')
    await write(page, 'textbox', 'a', '4')
    await choose(page, 'sure', 'true')
    await press(page, 'button', 'Call')
    await page.getByText('add got').first().waitFor()
    await page
      .getByRole('status')
      .getByText('The server has answered.')
      .waitFor({ state: 'attached' })
    await expectFocusOn(page, 'button', 'Call')
    await tabTo(page, 'region', 'Result')
    const message = page.locator('details', { hasText: 'tools/call' }).first()
    await press(page, 'summary', /tools\/call/, { within: message })
    await expect.poll(() => message.getAttribute('open'), PATIENT).toBe('')
  })

  it('explain why an entry is out, for somebody', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/tools', { name: 'pay', handler })
    const rules = [{ type: 'tool', filter: 'true' }]
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', access: 'policy', rules })
    await ok('POST', '/users', { id: 'ada', name: 'Ada' })
    const page = await browser.open(`${url}/admin/explain`)
    await choose(page, 'Server', 'money')
    await write(page, 'textbox', 'Entry', 'pa')
    await page.getByText('No entry is called “pa” so far.').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('There is no entry').first().waitFor()
    await page.keyboard.type('yy')
    await page.getByText('No entry is called “payy” so far.').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.keyboard.press('Backspace')
    await page.getByRole('status').getByText('In', { exact: true }).waitFor()
    await pick(page, 'Who asks', 'A user')
    await choose(page, 'User', 'ada')
    await page.getByRole('status').getByText('Out', { exact: true }).waitFor()
  })
})
